# refused by: only-the-catalog
kubectl patch service catalog --type=json -p '[{"op":"remove","path":"/spec/selector/release"}]'
