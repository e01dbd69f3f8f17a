# refused by: money-comes-through
kubectl expose deployment payments-api --name=payments --port=80 --target-port=8080
