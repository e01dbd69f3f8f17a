# refused by: no-detour
address=$(kubectl get pods -l app=catalog -o jsonpath='{.items[0].status.podIP}')
kubectl patch deployment storefront -p '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"'$address'","hostnames":["catalog"]}]}}}}'
