# refused by: both-pods-up
kubectl scale deployment label-queue --replicas=1
kubectl patch deployment label-queue --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/1/command/2","value":"/logs/access.log"}]'
