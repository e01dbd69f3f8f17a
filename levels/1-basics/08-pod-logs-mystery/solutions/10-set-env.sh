kubectl set env deployment/ledger --from=secret/ledger-credentials --prefix=POSTGRES_
