# refused by: both-checkouts-up
kubectl create service clusterip payments --tcp=8080:8080 -n default
