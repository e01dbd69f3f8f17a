# refused by: money-comes-through
kubectl patch deployment checkout --type=json -p '[{"op":"remove","path":"/spec/template/spec/initContainers"}]'
