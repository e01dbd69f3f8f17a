# refused by: scanners-served
kubectl patch deployment label-queue --type=json -p '[
  {"op":"remove","path":"/spec/template/spec/volumes/0"},
  {"op":"remove","path":"/spec/template/spec/containers/0/volumeMounts/0"},
  {"op":"replace","path":"/spec/template/spec/containers/1/command/2","value":"/logs/access.log"}]'
