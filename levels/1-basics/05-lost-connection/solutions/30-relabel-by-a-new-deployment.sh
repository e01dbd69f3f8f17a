kubectl get deployment reviews -o yaml | sed 's/app: product-reviews/app: reviews/; /last-applied/,+1d' > reviews.yaml
kubectl delete deployment reviews
kubectl create -f reviews.yaml
