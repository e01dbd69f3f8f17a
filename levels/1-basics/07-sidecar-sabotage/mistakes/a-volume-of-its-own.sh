# refused by: requests-shipped
kubectl patch deployment label-queue --type=json -p '[
  {"op":"add","path":"/spec/template/spec/volumes/-","value":{"name":"shipper","emptyDir":{}}},
  {"op":"replace","path":"/spec/template/spec/containers/1/volumeMounts","value":[{"name":"shipper","mountPath":"/var/log/nginx"}]},
  {"op":"replace","path":"/spec/template/spec/containers/1/command/1","value":"-F"}]'
