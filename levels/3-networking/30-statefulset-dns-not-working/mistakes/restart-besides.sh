# refused by: pods-untouched
kubectl delete pod ledger-1 --wait=false
kubectl create service clusterip ledger --clusterip=None --tcp=8080
