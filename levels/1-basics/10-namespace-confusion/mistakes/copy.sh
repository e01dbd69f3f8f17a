# refused by: nothing-left
kubectl get configmap,deployment,service -l app=parcels -o yaml |
  sed 's/namespace: k8squest/namespace: warehouse/; /resourceVersion:/d; /clusterIPs:/,+1d; /clusterIP:/d' |
  kubectl create -f -
