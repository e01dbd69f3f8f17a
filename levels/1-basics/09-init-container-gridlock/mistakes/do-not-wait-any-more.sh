# refused by: still-waits
kubectl patch deployment checkout --type=json -p '[{"op":"remove","path":"/spec/template/spec/initContainers"}]'
kubectl expose deployment payments-api --name=payments --port=8080
