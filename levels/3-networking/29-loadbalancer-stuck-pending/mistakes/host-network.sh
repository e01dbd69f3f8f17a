# refused by: shop-untouched
kubectl patch deployment shop -p '{"spec":{"template":{"spec":{"hostNetwork":true}},"replicas":1}}'
kubectl patch service shop -p '{"spec":{"allocateLoadBalancerNodePorts":true}}'
