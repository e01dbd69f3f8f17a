# refused by: deployed-as-it-was
kubectl label pod frontend app=admin-tool --overwrite
