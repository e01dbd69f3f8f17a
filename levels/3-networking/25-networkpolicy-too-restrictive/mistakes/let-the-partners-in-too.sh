# refused by: neighbours-kept-out
kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from","value":[{"podSelector":{"matchLabels":{"app":"frontend"}}},{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"partner-tools"}}}]}]'
