# refused by: anyone-answers
kubectl delete service ledger-read
kubectl create service clusterip ledger --clusterip=None --tcp=8080
