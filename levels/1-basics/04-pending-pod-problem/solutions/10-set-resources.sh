kubectl set resources deployment tasting-notes --requests=cpu=100m,memory=64Mi
