# refused by: finds-its-database
kubectl expose deployment database --name=postgres --port=5432
kubectl set env deployment/ledger PGHOST=postgres
