# refused by: notes-online
kubectl delete deployment tasting-notes
kubectl create deployment tasting-notes --image=hashicorp/http-echo:1.0
kubectl set resources deployment tasting-notes --requests=cpu=100m,memory=64Mi
