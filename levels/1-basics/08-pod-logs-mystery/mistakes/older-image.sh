# refused by: ledger-up
kubectl set image deployment/ledger ledger=postgres:13
