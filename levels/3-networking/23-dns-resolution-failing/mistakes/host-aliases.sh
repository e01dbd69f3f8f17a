# refused by: looks-up-names
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"'$(kubectl get service database -o jsonpath='{.spec.clusterIP}')'","hostnames":["database"]}]}}}}'
