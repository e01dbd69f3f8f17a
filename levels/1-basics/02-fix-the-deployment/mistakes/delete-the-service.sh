# refused by: rest-untouched
kubectl delete service catalog
kubectl scale deployment catalog --replicas=2
