# refused by: only-the-catalog
kubectl patch service catalog --type=merge -p '{"spec":{"selector":{"app":null,"release":null,"track":"stable"}}}'
