kubectl apply -f - <<'EOF'
apiVersion: v1
kind: Service
metadata:
  name: parcel-desk
  labels:
    app: parcel-desk
spec:
  type: NodePort
  selector:
    app: parcel-desk
  ports:
    - name: http
      port: 80
      targetPort: http
      nodePort: 30080
EOF
