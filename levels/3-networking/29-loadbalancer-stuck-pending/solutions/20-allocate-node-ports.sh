kubectl patch service shop -p '{"spec":{"allocateLoadBalancerNodePorts":true}}'
