# refused by: release-unnoticed
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","livenessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":3}}]}}}}'
