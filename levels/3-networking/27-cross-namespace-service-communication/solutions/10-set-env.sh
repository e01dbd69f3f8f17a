kubectl set env deployment/storefront STOCK_URL=http://stock.warehouse:8080/
