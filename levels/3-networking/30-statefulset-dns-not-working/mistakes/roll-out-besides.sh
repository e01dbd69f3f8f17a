# refused by: pods-untouched
kubectl rollout restart statefulset ledger
kubectl rollout status statefulset ledger
kubectl create service clusterip ledger --clusterip=None --tcp=8080
