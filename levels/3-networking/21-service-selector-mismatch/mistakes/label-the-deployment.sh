# refused by: customers-served
kubectl label deployment catalog release=stable
