kubectl delete service shop
kubectl create service nodeport shop --tcp=80 --node-port=30080
