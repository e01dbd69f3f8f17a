# refused by: nginx-in-its-own
kubectl patch deployment label-queue --type=json -p '[
  {"op":"remove","path":"/spec/template/spec/containers/1"},
  {"op":"replace","path":"/spec/template/spec/containers/0/name","value":"log-shipper"},
  {"op":"add","path":"/spec/template/spec/containers/0/command","value":["sh","-c","nginx -g \"daemon off;\" & exec tail -F /var/log/nginx/access.log"]}]'
