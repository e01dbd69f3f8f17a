# refused by: requests-shipped
kubectl patch deployment label-queue --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/1/command","value":["sleep","86400"]}]'
