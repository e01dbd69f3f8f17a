# refused by: deployed-as-it-was
kubectl label pod backend app=backend-v2 --overwrite
kubectl set selector service backend-service app=backend-v2
