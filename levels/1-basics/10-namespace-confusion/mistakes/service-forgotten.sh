# refused by: scanner-reads
kubectl get configmap,deployment -l app=parcels -o yaml | sed 's/namespace: k8squest/namespace: warehouse/; /resourceVersion:/d' > parcels.yaml
kubectl delete configmap,deployment,service -l app=parcels
kubectl create -f parcels.yaml
