# refused by: keeps-its-pod
kubectl expose deployment basket --name=basket-sticky --port=80 --target-port=8080 --session-affinity=ClientIP
