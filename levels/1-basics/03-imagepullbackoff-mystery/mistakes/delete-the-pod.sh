# refused by: page-prints
kubectl delete pods -l app=labels --wait=false
