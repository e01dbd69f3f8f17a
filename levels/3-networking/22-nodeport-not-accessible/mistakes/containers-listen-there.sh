# refused by: scanners-get-in
kubectl patch deployment parcel-desk --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/args/0","value":"-listen=:30080"},{"op":"replace","path":"/spec/template/spec/containers/0/ports/0/containerPort","value":30080}]'
