# refused by: teas-shown
kubectl patch ingress shop --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/1/path","value":"/cat"},{"op":"replace","path":"/spec/rules/0/http/paths/1/pathType","value":"Prefix"}]'
