# refused by: reviews-answer
kubectl expose deployment reviews --name=product-reviews --port=80 --target-port=8080
