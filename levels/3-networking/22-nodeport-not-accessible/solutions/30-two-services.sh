kubectl delete service parcel-desk
kubectl expose deployment parcel-desk --port=80 --target-port=8080
kubectl create service nodeport parcel-desk-scanners --tcp=80:8080 --node-port=30080
kubectl set selector service parcel-desk-scanners app=parcel-desk
