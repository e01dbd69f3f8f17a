# refused by: three-pods
kubectl patch deployment checkout -p '{"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"checkout","readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":2}}]}}}}'
