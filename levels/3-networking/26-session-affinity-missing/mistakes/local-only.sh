# refused by: after-half-an-hour
kubectl patch service basket -p '{"spec":{"internalTrafficPolicy":"Local"}}'
