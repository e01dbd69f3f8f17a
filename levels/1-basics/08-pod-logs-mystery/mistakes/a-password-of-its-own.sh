# refused by: bookkeeper-gets-in
kubectl create secret generic ledger-password --from-literal=password=tea
kubectl set env deployment/ledger --from=secret/ledger-password --prefix=POSTGRES_
