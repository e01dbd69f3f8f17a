kubectl expose deployment payments-api --port=8080
kubectl create service externalname payments --external-name=payments-api.k8squest.svc.cluster.local
