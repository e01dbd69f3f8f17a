# refused by: finds-its-database
kubectl set env deployment/ledger PGHOST=database.k8squest.svc.cluster.local
