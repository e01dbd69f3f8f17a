# refused by: notes-online
kubectl delete pods -l app=tasting-notes --wait=false
