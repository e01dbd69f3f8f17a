# refused by: storefront-knows-stock
kubectl create service externalname stock --external-name=stock
