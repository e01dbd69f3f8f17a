# refused by: scanner-reads
kubectl create service clusterip parcels -n warehouse --tcp=80:80
kubectl delete service parcels
