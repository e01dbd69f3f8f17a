# refused by: notes-up
kubectl set resources deployment tasting-notes --requests=cpu=100m
