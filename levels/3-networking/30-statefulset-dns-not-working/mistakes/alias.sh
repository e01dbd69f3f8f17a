# refused by: copies-have-theirs
kubectl create service externalname ledger --external-name=ledger-read.k8squest.svc.cluster.local
