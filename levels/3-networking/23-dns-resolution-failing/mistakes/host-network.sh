# refused by: finds-its-database
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"hostNetwork":true,"dnsPolicy":"ClusterFirst"}}}}'
