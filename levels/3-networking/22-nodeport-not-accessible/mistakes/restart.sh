# refused by: scanners-get-in
kubectl rollout restart deployment parcel-desk
