# refused by: storefront-knows-stock
kubectl run curious --image=busybox:1.36 --command -- sh -c 'while true; do wget -q -O- -T 2 http://stock.warehouse:8080/; sleep 3; done'
