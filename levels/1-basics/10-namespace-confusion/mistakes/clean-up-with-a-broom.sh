# refused by: rest-untouched
kubectl get configmap,deployment,service -l app=parcels -o yaml | sed 's/namespace: k8squest/namespace: warehouse/; /resourceVersion:/d' > parcels.yaml
kubectl delete configmaps,deployments,services --all
kubectl create -f parcels.yaml
