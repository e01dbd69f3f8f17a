# refused by: labels-up
kubectl run labels-by-hand --image=nginx:1.27 --labels=app=labels --port=80
