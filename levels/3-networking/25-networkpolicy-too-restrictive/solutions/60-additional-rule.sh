kubectl patch networkpolicy backend-network-policy --type=json \
  -p '[{"op":"add","path":"/spec/ingress/-","value":{"from":[{"podSelector":{"matchLabels":{"tier":"web"}}}],"ports":[{"protocol":"TCP","port":8080}]}}]'
