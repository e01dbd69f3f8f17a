kubectl patch deployment catalog -p '{"spec":{"replicas":3}}'
