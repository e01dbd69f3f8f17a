# refused by: bookkeeper-gets-in
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"containers":[{"name":"ledger","command":["sleep","86400"]}]}}}}'
