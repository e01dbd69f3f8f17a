kubectl delete deployment storefront
kubectl create deployment storefront --image=nginx:1.27 --replicas=2 --port=80
