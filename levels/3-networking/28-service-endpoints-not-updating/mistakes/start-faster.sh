# refused by: still-slow
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","command":["sh","-c","exec nginx -g \"daemon off;\""],"readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":2}}]}}}}'
