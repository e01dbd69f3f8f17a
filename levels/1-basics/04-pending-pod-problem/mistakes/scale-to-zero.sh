# refused by: notes-up
kubectl scale deployment tasting-notes --replicas=0
