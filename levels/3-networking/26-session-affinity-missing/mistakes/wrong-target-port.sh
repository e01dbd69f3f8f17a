# refused by: keeps-its-pod
kubectl delete service basket
kubectl expose deployment basket --port=80 --target-port=80 --session-affinity=ClientIP
