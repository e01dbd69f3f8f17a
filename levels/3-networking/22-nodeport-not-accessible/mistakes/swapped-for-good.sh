# refused by: printers-get-in
kubectl delete service parcel-desk
kubectl create service nodeport parcel-desk --tcp=8080:8080 --node-port=30080
