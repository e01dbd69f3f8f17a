# refused by: from-every-node
kubectl patch service basket -p '{"spec":{"sessionAffinity":"ClientIP","internalTrafficPolicy":"Local"}}'
