# refused by: ledger-up
kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{"containers":[{"name":"ledger","env":[{"name":"POSTGRES_PASSWORD","valueFrom":{"secretKeyRef":{"name":"ledger-credentials","key":"POSTGRES_PASSWORD"}}}]}]}}}}'
