# refused by: warehouse-untouched
kubectl scale deployment stock -n warehouse --replicas=1
kubectl set env deployment/storefront STOCK_URL=http://stock.warehouse:8080/
