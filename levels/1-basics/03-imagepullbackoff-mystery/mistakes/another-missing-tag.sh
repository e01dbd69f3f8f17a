# refused by: labels-up
kubectl set image deployment/labels labels=nginx:1.72.1
