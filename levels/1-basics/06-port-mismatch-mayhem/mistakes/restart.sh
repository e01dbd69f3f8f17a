# refused by: catalog-answers
kubectl rollout restart deployment catalog
