# refused by: three-at-work
kubectl scale deployment basket --replicas=1
kubectl patch service basket -p '{"spec":{"sessionAffinity":"ClientIP"}}'
