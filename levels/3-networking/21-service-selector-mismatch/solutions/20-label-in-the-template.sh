kubectl patch deployment catalog -p '{"spec":{"template":{"metadata":{"labels":{"release":"stable"}}}}}'
