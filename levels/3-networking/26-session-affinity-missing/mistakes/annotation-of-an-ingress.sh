# refused by: keeps-its-pod
kubectl annotate service basket nginx.ingress.kubernetes.io/affinity=cookie
