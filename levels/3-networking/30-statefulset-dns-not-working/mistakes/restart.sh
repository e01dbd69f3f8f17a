# refused by: writer-has-its-name
kubectl rollout restart statefulset ledger
