# refused by: ledger-up
kubectl create -f - <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: ledger-by-hand
  labels:
    app: ledger
spec:
  containers:
    - name: ledger
      image: postgres:16
      env:
        - name: POSTGRES_USER
          value: ledger
        - name: POSTGRES_PASSWORD
          valueFrom:
            secretKeyRef:
              name: ledger-credentials
              key: password
END
