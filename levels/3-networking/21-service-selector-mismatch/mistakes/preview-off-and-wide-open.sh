# refused by: preview-stays
kubectl scale deployment catalog-preview --replicas=0
kubectl wait pod -l track=preview --for=delete --timeout=60s
kubectl patch service catalog --type=json -p '[{"op":"remove","path":"/spec/selector/release"}]'
