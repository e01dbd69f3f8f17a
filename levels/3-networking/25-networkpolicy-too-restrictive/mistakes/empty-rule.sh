# refused by: others-kept-out
kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress","value":[{}]}]'
