# refused by: both-pods-up
kubectl rollout restart deployment label-queue
