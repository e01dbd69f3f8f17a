# refused by: storefront-knows-stock
kubectl rollout restart deployment/storefront
