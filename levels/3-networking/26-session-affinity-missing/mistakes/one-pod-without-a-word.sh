# refused by: three-at-work
kubectl scale deployment basket --replicas=1
