# refused by: page-prints
kubectl patch deployment labels --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/imagePullPolicy","value":"Never"}]'
