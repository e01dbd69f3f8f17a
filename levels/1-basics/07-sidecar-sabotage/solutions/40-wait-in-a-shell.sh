kubectl patch deployment label-queue --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/1/command",
  "value":["sh","-c","until [ -f /logs/access.log ]; do sleep 1; done; exec tail -n +1 -f /logs/access.log"]}]'
