# refused by: money-comes-through
kubectl expose deployment payments-api --name=payments --port=8080 --selector=tier=backend
