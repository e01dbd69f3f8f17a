# refused by: reviews-answer
kubectl patch service reviews -p '{"spec":{"ports":[{"port":80,"targetPort":80}]}}'
