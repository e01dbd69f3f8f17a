# refused by: finds-its-database
kubectl set env deployment/ledger 'PGHOST=$(DATABASE_SERVICE_HOST)'
