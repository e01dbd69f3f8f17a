# refused by: deployed-as-it-was
kubectl label pod backend app=backend-v2 --overwrite
