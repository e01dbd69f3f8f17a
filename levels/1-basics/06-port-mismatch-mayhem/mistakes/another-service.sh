# refused by: catalog-answers
kubectl expose deployment catalog --name=catalog-web --port=80 --target-port=80
