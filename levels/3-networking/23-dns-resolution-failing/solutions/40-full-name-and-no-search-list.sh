kubectl set env deployment/ledger PGHOST=database.k8squest.svc.cluster.local
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"dnsPolicy":"None","dnsConfig":{"nameservers":["10.96.0.10"]}}}}}'
