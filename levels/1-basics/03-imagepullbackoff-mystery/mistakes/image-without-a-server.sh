# refused by: page-prints
kubectl patch deployment labels --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"nginx:1.27"},{"op":"add","path":"/spec/template/spec/containers/0/command","value":["sleep","3600"]}]'
