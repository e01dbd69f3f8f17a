# refused by: release-unnoticed
kubectl rollout restart deployment checkout
