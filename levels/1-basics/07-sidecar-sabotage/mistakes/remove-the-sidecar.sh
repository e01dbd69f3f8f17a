# refused by: requests-shipped
kubectl patch deployment label-queue --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/1"}]'
