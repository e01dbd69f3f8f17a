# refused by: partners-get-in
address=$(kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o jsonpath='{.items[0].status.addresses[0].address}')
kubectl patch service shop -p "{\"spec\":{\"externalIPs\":[\"$address\"]}}"
