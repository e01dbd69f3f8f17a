# refused by: both-checkouts-up
kubectl scale deployment checkout --replicas=1
kubectl expose deployment payments-api --name=payments --port=8080
