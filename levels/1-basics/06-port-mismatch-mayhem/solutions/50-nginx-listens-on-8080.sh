kubectl create configmap catalog-nginx --from-literal=default.conf='server {
  listen 8080;
  root /usr/share/nginx/html;
}'
kubectl patch deployment catalog -p '{"spec":{"template":{"spec":{
  "containers":[{"name":"catalog","volumeMounts":[{"name":"conf","mountPath":"/etc/nginx/conf.d"}]}],
  "volumes":[{"name":"conf","configMap":{"name":"catalog-nginx"}}]}}}}'
kubectl rollout status deployment catalog
