# refused by: only-the-catalog
addresses=$(kubectl get pods -l app=catalog,track=stable -o jsonpath='{range .items[*]}{"{\"addresses\":[\""}{.status.podIP}{"\"]},"}{end}')
kubectl patch service catalog --type=json -p '[{"op":"remove","path":"/spec/selector"}]'
kubectl delete endpointslices -l kubernetes.io/service-name=catalog --ignore-not-found
cat <<SLICE | kubectl apply -f -
{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"catalog-by-hand","labels":{"kubernetes.io/service-name":"catalog"}},
"addressType":"IPv4","ports":[{"name":"http","port":8080,"protocol":"TCP"}],"endpoints":[${addresses%,}]}
SLICE
