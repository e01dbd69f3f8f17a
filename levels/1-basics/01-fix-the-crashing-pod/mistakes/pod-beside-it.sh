# refused by: both-pods-up
kubectl run storefront-by-hand --image=nginx:1.27 --labels=app=storefront --port=80
