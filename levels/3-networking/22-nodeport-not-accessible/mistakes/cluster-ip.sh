# refused by: scanners-get-in
kubectl delete service parcel-desk
kubectl expose deployment parcel-desk --port=80 --target-port=8080
