# refused by: requests-shipped
kubectl patch deployment label-queue --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/1/command",
  "value":["sh","-c","mkdir -p /var/log/nginx; touch /var/log/nginx/access.log; exec tail -f /var/log/nginx/access.log"]}]'
