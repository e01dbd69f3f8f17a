# refused by: two-catalogs
kubectl run catalog-1 --image=hashicorp/http-echo:1.0 --labels=app=catalog -- -text="First Flush 12.50"
kubectl run catalog-2 --image=hashicorp/http-echo:1.0 --labels=app=catalog -- -text="First Flush 12.50"
