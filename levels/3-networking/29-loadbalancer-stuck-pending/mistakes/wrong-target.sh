# refused by: partners-get-in
kubectl patch service shop -p '{"spec":{"type":"NodePort","allocateLoadBalancerNodePorts":null,"ports":[{"port":80,"targetPort":8080}]}}'
