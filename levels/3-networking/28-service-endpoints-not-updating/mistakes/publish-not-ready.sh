# refused by: release-unnoticed
kubectl patch service checkout -p '{"spec":{"publishNotReadyAddresses":true}}'
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":2}}]}}}}'
