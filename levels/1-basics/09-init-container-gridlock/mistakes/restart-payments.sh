# refused by: both-checkouts-up
kubectl rollout restart deployment payments-api
