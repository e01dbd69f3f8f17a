# refused by: rest-untouched
kubectl patch secret ledger-credentials -p '{"stringData":{"password":"tea"}}'
kubectl set env deployment/ledger --from=secret/ledger-credentials --prefix=POSTGRES_
kubectl rollout restart deployment bookkeeper
