# refused by: release-unnoticed
kubectl patch deployment checkout -p '{"spec":{"minReadySeconds":10}}'
