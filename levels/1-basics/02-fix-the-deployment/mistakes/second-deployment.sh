# refused by: two-catalogs
kubectl apply -f - <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata: { name: catalog-new }
spec:
  replicas: 2
  selector: { matchLabels: { app: catalog, copy: second } }
  template:
    metadata: { labels: { app: catalog, copy: second } }
    spec: { containers: [{ name: catalog, image: "hashicorp/http-echo:1.0", args: ["-text=First Flush 12.50"] }] }
EOF
