# refused by: frontend-reaches-api
kubectl delete pod backend --grace-period=1
