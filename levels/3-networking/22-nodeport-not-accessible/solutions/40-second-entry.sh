kubectl patch service parcel-desk --type=json -p '[{"op":"add","path":"/spec/ports/-","value":{"name":"scanners","port":80,"targetPort":8080,"nodePort":30080}}]'
