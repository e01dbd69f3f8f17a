kubectl create service clusterip ledger --tcp=8080
