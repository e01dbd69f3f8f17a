# refused by: customers-served
kubectl rollout restart deployment catalog storefront
