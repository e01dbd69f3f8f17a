addresses=$(kubectl get pods -n warehouse -l app=stock -o jsonpath='{range .items[*]}{"{addresses: ["}{.status.podIP}{"]}, "}{end}')
kubectl apply -f - <<EOF
apiVersion: v1
kind: Service
metadata: { name: stock }
spec: { ports: [{ port: 8080 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: stock-warehouse, labels: { kubernetes.io/service-name: stock } }
addressType: IPv4
ports: [{ port: 8080 }]
endpoints: [$addresses]
EOF
