# refused by: both-pods-up
kubectl patch service label-queue -p '{"spec":{"publishNotReadyAddresses":true}}'
