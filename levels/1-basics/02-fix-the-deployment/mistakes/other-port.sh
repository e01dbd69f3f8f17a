# refused by: prices-answer
kubectl patch service catalog -p '{"spec":{"ports":[{"port":5678,"targetPort":80}]}}'
kubectl scale deployment catalog --replicas=2
