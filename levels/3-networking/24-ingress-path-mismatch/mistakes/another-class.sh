# refused by: teas-shown
kubectl patch ingress shop --type=json -p '[{"op":"add","path":"/spec/ingressClassName","value":"nginx"},{"op":"replace","path":"/spec/rules/0/http/paths/1/pathType","value":"Prefix"}]'
