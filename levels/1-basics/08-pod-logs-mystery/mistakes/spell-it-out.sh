# refused by: password-stays-secret
password=$(kubectl get secret ledger-credentials -o jsonpath='{.data.password}' | base64 -d)
kubectl set env deployment/ledger POSTGRES_PASSWORD="$password"
