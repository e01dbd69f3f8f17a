kubectl delete service catalog
kubectl expose deployment catalog --port=80 --target-port=8080
