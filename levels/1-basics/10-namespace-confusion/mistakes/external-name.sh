# refused by: parcels-up
kubectl create service externalname parcels -n warehouse --external-name=parcels.k8squest.svc.cluster.local
