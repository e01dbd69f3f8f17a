kubectl scale deployment catalog --replicas=2
