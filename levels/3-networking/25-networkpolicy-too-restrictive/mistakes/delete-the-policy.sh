# refused by: others-kept-out
kubectl delete networkpolicy backend-network-policy
