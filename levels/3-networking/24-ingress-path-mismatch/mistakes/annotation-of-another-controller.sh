# refused by: teas-shown
kubectl annotate ingress shop nginx.ingress.kubernetes.io/use-regex=true nginx.ingress.kubernetes.io/rewrite-target='/$2'
kubectl patch ingress shop --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/1/path","value":"/catalog(/|$)(.*)"},{"op":"replace","path":"/spec/rules/0/http/paths/1/pathType","value":"ImplementationSpecific"}]'
