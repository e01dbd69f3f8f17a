# refused by: still-nginx
kubectl patch deployment labels --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"hashicorp/http-echo:1.0"},{"op":"add","path":"/spec/template/spec/containers/0/args","value":["-listen=:80","-text=Welcome to nginx!"]}]'
