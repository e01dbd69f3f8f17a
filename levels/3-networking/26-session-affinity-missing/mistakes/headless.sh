# refused by: keeps-its-pod
kubectl delete service basket
kubectl create service clusterip basket --clusterip=None --tcp=8080:8080
