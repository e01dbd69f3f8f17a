# refused by: partners-get-in
kubectl delete service shop
kubectl create service clusterip shop --clusterip=None --tcp=80
