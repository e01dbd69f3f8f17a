kubectl delete service catalog
kubectl expose deployment catalog --port=80
