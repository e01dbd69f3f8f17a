# refused by: storefront-knows-stock
kubectl create service clusterip stock --tcp=8080
