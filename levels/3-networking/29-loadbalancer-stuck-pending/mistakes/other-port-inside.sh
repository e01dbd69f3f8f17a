# refused by: own-pods-too
kubectl delete service shop
kubectl create service nodeport shop --tcp=8080:80
