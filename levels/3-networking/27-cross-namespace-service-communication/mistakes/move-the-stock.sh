# refused by: warehouse-untouched
kubectl delete deployment,service stock -n warehouse
kubectl apply -f - <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata: { name: stock }
spec:
  selector: { matchLabels: { app: stock } }
  template:
    metadata: { labels: { app: stock } }
    spec: { containers: [{ name: stock, image: "hashicorp/http-echo:0.2.3", args: [-listen=:8080, "-text=Darjeeling: 42 chests"] }] }
---
apiVersion: v1
kind: Service
metadata: { name: stock }
spec: { selector: { app: stock }, ports: [{ port: 8080 }] }
EOF
