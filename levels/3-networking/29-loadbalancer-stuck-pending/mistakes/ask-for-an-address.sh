# refused by: partners-get-in
kubectl patch service shop -p '{"spec":{"loadBalancerIP":"172.18.0.50"}}'
