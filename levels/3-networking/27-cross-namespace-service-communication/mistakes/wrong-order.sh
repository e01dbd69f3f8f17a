# refused by: storefront-knows-stock
kubectl set env deployment/storefront STOCK_URL=http://warehouse.stock:8080/
