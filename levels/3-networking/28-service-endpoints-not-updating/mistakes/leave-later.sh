# refused by: release-unnoticed
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"checkout","lifecycle":{"preStop":{"sleep":{"seconds":10}}}}]}}}}'
