# refused by: finds-its-database
kubectl set env deployment/ledger PGHOST=database.default
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}}'
