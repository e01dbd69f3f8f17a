# refused by: notes-up
kubectl scale deployment tasting-notes --replicas=0
kubectl apply -f - <<'EOF'
apiVersion: v1
kind: Pod
metadata: { name: notes-by-hand, labels: { app: tasting-notes } }
spec:
  containers:
    - name: notes
      image: hashicorp/http-echo:1.0
      args: [-listen=:8080, "-text=Assam Hathikuli: malty, round, a little honey"]
      resources: { requests: { cpu: 100m, memory: 64Mi } }
EOF
