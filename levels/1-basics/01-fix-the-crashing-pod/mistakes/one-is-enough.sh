# refused by: both-pods-up
kubectl patch deployment storefront --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/command"},{"op":"replace","path":"/spec/replicas","value":1}]'
