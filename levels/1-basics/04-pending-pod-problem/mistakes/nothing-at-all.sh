# refused by: asks-for-memory
kubectl set resources deployment tasting-notes --requests=cpu=100m,memory=0
