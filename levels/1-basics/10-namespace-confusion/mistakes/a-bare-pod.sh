# refused by: parcels-up
kubectl delete configmap,deployment,service -l app=parcels
kubectl run parcels -n warehouse --image=hashicorp/http-echo:1.0 --port=8080 -- -listen=:8080 "-text=parcel 4711"
kubectl expose pod parcels -n warehouse --port=80 --target-port=8080
