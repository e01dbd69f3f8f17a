# refused by: wrong-password-refused
kubectl set env deployment/ledger POSTGRES_HOST_AUTH_METHOD=trust
