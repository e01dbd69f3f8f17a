# refused by: writer-has-its-name
kubectl create service clusterip ledger-headless --clusterip=None --tcp=8080
kubectl set selector service ledger-headless app=ledger
