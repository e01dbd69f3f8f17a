# refused by: catalog-answers
kubectl patch service catalog --type=json -p '[{"op":"replace","path":"/spec/ports/0","value":{"port":8080,"targetPort":8080}}]'
