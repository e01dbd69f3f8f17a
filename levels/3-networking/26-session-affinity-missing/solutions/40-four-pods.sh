kubectl scale deployment basket --replicas=4
kubectl patch service basket -p '{"spec":{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":1800}}}}'
