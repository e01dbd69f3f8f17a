# refused by: finds-its-database
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"dnsConfig":{"nameservers":["10.96.0.10"],"searches":["k8squest.svc.cluster.local","svc.cluster.local","cluster.local"]}}}}}'
