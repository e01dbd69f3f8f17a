# refused by: both-pods
kubectl scale deployment ledger --replicas=1
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}}'
