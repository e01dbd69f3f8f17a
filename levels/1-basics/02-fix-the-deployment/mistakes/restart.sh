# refused by: prices-answer
kubectl rollout restart deployment catalog
