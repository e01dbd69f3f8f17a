# refused by: every-page
kubectl patch ingress shop --type=json -p '[{"op":"add","path":"/spec/rules/0/http/paths/-","value":{"path":"/catalog/teas","pathType":"Exact","backend":{"service":{"name":"catalog","port":{"number":80}}}}}]'
