# refused by: teas-shown
kubectl patch ingress shop --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/1","value":{"path":"/catalog/pots","pathType":"Prefix","backend":{"service":{"name":"catalog","port":{"number":80}}}}}]'
