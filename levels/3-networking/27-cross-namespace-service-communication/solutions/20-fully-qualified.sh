kubectl set env deployment/storefront STOCK_URL=http://stock.warehouse.svc.cluster.local:8080/
