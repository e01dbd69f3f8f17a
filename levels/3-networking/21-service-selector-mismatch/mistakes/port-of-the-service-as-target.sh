# refused by: customers-served
kubectl patch service catalog --type=json -p '[{"op":"replace","path":"/spec/selector","value":{"app":"catalog","track":"stable"}},{"op":"replace","path":"/spec/ports/0/targetPort","value":80}]'
