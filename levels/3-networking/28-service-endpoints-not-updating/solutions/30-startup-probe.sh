kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","startupProbe":{"httpGet":{"path":"/","port":80},"periodSeconds":2,"failureThreshold":30}}]}}}}'
