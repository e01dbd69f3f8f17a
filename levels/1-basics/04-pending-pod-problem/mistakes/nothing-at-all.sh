# refused by: asks-for-memory
kubectl set resources deployment tasting-notes --requests=cpu=0,memory=0
