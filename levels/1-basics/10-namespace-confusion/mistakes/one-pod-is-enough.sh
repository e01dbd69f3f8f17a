# refused by: parcels-up
kubectl get configmap,deployment,service -l app=parcels -o yaml |
  sed 's/namespace: k8squest/namespace: warehouse/; /resourceVersion:/d; s/ replicas: 2/ replicas: 1/' > parcels.yaml
kubectl delete configmap,deployment,service -l app=parcels
kubectl create -f parcels.yaml
