# refused by: asks-for-cpu
kubectl patch deployment tasting-notes --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/resources"}]'
