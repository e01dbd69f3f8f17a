# refused by: two-catalogs
kubectl scale deployment catalog --replicas=1
