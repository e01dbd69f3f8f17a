# refused by: both-pods-up
kubectl run spare --image=nginx:1.27 --port=80
kubectl set selector service storefront run=spare
