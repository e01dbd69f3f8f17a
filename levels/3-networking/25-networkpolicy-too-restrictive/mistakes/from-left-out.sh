# refused by: neighbours-kept-out
kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"remove","path":"/spec/ingress/0/from"}]'
