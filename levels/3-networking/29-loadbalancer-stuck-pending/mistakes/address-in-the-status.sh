# refused by: partners-get-in
kubectl patch service shop --subresource=status -p '{"status":{"loadBalancer":{"ingress":[{"ip":"172.18.0.50"}]}}}'
