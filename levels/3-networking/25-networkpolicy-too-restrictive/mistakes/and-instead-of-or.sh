# refused by: frontend-reaches-api
kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from/0","value":{"podSelector":{"matchLabels":{"app":"frontend"}},"namespaceSelector":{"matchLabels":{"team":"shop"}}}}]'
