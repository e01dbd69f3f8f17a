# refused by: three-at-work
pod=$(kubectl get pods -l app=basket -o jsonpath='{.items[0].metadata.name}')
kubectl label pod $pod favorite=yes
kubectl set selector service basket app=basket,favorite=yes
kubectl patch service basket -p '{"spec":{"sessionAffinity":"ClientIP"}}'
