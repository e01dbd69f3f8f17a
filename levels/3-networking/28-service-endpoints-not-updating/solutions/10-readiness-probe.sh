kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":2}}]}}}}'
kubectl rollout status deployment checkout
