kubectl get configmap,deployment,service -l app=parcels -o yaml |
  sed '/namespace: k8squest/d; /resourceVersion:/d; /uid:/d; /clusterIPs:/,+1d; /clusterIP:/d' |
  kubectl apply -n warehouse -f -
kubectl rollout status -n warehouse deployment parcels
kubectl delete configmap,deployment,service -l app=parcels
