# refused by: three-pods
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","readinessProbe":{"httpGet":{"path":"/nope","port":"http"}}}]}}}}'
