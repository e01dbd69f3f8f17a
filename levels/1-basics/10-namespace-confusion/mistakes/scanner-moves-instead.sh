# refused by: scanner-reads
kubectl get deployment scanner -n warehouse -o yaml | sed 's/namespace: warehouse/namespace: k8squest/; /resourceVersion:/d' | kubectl create -f -
kubectl delete deployment scanner -n warehouse
