kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","readinessProbe":{"tcpSocket":{"port":80},"periodSeconds":1}}]}}}}'
