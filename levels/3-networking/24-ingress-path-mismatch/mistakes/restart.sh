# refused by: teas-shown
kubectl rollout restart deployment storefront catalog
