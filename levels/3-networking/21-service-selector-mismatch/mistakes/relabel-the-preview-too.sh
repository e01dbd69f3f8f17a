# refused by: only-the-catalog
kubectl label pods -l app=catalog release=stable
