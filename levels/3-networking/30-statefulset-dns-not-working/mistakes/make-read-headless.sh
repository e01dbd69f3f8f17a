# refused by: copies-have-theirs
kubectl delete service ledger-read
kubectl create service clusterip ledger-read --clusterip=None --tcp=8080
kubectl set selector service ledger-read app=ledger
