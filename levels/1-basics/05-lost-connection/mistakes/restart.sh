# refused by: reviews-answer
kubectl rollout restart deployment reviews
