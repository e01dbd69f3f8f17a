# refused by: deployed-as-it-was
kubectl delete pod report-job --grace-period=1
kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from/0","value":{"podSelector":{}}}]'
