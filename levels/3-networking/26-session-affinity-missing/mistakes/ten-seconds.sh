# refused by: after-half-an-hour
kubectl patch service basket -p '{"spec":{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10}}}}'
