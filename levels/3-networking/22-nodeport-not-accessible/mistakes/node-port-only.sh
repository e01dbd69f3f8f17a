# refused by: printers-get-in
kubectl patch service parcel-desk --type=json -p '[{"op":"replace","path":"/spec/ports/0/nodePort","value":30080}]'
