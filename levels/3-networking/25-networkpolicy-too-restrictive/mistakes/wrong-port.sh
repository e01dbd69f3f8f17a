# refused by: frontend-reaches-api
kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from/0/podSelector/matchLabels/app","value":"frontend"},{"op":"replace","path":"/spec/ingress/0/ports/0/port","value":80}]'
