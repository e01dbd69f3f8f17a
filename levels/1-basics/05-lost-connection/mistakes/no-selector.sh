# refused by: own-pods-behind
kubectl patch service reviews --type=json -p '[{"op":"remove","path":"/spec/selector"}]'
