# refused by: partners-get-in
kubectl patch service shop -p '{"spec":{"type":"ClusterIP","allocateLoadBalancerNodePorts":null}}'
