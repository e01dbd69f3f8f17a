# refused by: scanners-get-in
kubectl patch service parcel-desk --type=json -p '[{"op":"replace","path":"/spec/ports/0","value":{"name":"http","port":80,"targetPort":30080,"nodePort":30080}}]'
