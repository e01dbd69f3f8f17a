# refused by: money-comes-through
kubectl create service clusterip payments --tcp=8080:8080
