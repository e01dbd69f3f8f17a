kubectl patch deployment storefront --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/command"}]'
