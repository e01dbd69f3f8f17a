# refused by: teas-shown
kubectl patch ingress shop --type=json -p '[{"op":"add","path":"/spec/defaultBackend","value":{"service":{"name":"catalog","port":{"number":80}}}}]'
