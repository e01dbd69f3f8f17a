# refused by: labels-up
kubectl scale deployment labels --replicas=0
