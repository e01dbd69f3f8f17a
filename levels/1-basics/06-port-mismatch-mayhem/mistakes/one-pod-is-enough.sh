# refused by: both-pods-behind
kubectl scale deployment catalog --replicas=1
kubectl patch service catalog -p '{"spec":{"ports":[{"port":80,"targetPort":80}]}}'
