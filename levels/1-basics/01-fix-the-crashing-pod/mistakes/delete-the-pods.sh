# refused by: window-lit
kubectl delete pods -l app=storefront --wait=false
