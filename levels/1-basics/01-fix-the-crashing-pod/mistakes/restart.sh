# refused by: both-pods-up
kubectl rollout restart deployment storefront
