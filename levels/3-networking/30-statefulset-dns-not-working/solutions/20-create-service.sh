kubectl create service clusterip ledger --clusterip=None --tcp=8080
