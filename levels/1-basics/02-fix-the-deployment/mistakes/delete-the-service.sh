# refused by: prices-answer
kubectl delete service catalog
kubectl scale deployment catalog --replicas=2
