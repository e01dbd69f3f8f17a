kubectl patch deployment ledger -p '{"spec":{"template":{"spec":{
  "containers":[{"name":"ledger",
    "env":[{"name":"POSTGRES_PASSWORD_FILE","value":"/run/secrets/ledger/password"}],
    "volumeMounts":[{"name":"credentials","mountPath":"/run/secrets/ledger","readOnly":true}]}],
  "volumes":[{"name":"credentials","secret":{"secretName":"ledger-credentials"}}]}}}}'
