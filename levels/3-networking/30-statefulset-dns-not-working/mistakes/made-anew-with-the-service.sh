# refused by: pods-untouched
kubectl get statefulset ledger -o yaml > ledger.yaml
kubectl delete statefulset ledger
kubectl create -f ledger.yaml
kubectl create service clusterip ledger --clusterip=None --tcp=8080
