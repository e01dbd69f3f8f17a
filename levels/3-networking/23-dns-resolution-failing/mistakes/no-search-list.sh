# refused by: finds-its-database
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"dnsPolicy":"None","dnsConfig":{"nameservers":["10.96.0.10"]}}}}}'
