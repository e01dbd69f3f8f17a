# refused by: window-lit
kubectl patch deployment storefront --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/command","value":["sleep","3600"]}]'
