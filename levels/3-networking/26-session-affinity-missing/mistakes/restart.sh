# refused by: keeps-its-pod
kubectl rollout restart deployment basket
