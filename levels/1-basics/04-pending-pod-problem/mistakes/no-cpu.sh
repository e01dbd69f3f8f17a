# refused by: asks-for-cpu
kubectl set resources deployment tasting-notes --requests=cpu=0,memory=64Mi
