# refused by: still-nginx
kubectl set image deployment/labels labels=hashicorp/http-echo:1.0
