kubectl delete service basket
kubectl expose deployment basket --port=80 --target-port=8080 --session-affinity=ClientIP
