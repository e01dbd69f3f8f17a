# refused by: bookkeeper-gets-in
kubectl set env deployment/ledger POSTGRES_USER- --from=secret/ledger-credentials --prefix=POSTGRES_
