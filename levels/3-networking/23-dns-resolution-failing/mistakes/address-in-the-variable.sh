# refused by: finds-its-database
kubectl set env deployment/ledger PGHOST=$(kubectl get service database -o jsonpath='{.spec.clusterIP}')
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}}'
