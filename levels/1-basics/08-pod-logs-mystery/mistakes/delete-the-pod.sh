# refused by: ledger-up
kubectl delete pods -l app=ledger --wait=false
