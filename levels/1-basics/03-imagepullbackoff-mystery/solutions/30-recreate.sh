kubectl delete deployment labels
kubectl create deployment labels --image=nginx:1.27
