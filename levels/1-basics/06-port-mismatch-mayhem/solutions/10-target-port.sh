kubectl patch service catalog -p '{"spec":{"ports":[{"port":80,"targetPort":80}]}}'
