# refused by: pods-untouched
kubectl get statefulset ledger -o yaml | sed 's/serviceName: ledger/serviceName: ledger-read/' > ledger.yaml
kubectl delete statefulset ledger
kubectl create -f ledger.yaml
