# refused by: partners-get-in
kubectl expose deployment shop --name=shop-outside --type=NodePort --port=80
