kubectl patch service reviews --type=merge -p '{"spec":{"selector":{"app":null,"tier":"api"}}}'
