# refused by: catalog-answers
kubectl patch service catalog -p '{"spec":{"ports":[{"port":80,"targetPort":"web"}]}}'
