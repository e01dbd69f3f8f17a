kubectl delete deployment/parcels service/parcels configmap/parcels-page
kubectl create configmap parcels-page -n warehouse --from-literal=index.html="Next to pack: parcel 4711, Oolong, 50 g, shelf 12"
kubectl create -n warehouse -f - <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: parcels
spec:
  replicas: 2
  selector:
    matchLabels:
      app: parcels
  template:
    metadata:
      labels:
        app: parcels
    spec:
      containers:
        - name: parcels
          image: nginx:1.27
          volumeMounts:
            - name: page
              mountPath: /usr/share/nginx/html
      volumes:
        - name: page
          configMap:
            name: parcels-page
END
kubectl expose deployment parcels -n warehouse --port=80
