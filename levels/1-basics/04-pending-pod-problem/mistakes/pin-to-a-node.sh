# refused by: notes-online
kubectl patch deployment tasting-notes -p "{\"spec\":{\"template\":{\"spec\":{\"nodeName\":\"$(kubectl get nodes -o jsonpath='{.items[1].metadata.name}')\"}}}}"
