# refused by: own-pods-behind
kubectl label pods -l app=product-reviews app=reviews --overwrite
