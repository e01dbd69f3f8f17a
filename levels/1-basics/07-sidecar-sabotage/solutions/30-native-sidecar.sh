kubectl patch deployment label-queue --type=json -p '[
  {"op":"remove","path":"/spec/template/spec/containers/1"},
  {"op":"add","path":"/spec/template/spec/initContainers","value":[{
    "name":"log-shipper","image":"busybox:1.36","restartPolicy":"Always",
    "command":["tail","-F","/var/log/nginx/access.log"],
    "volumeMounts":[{"name":"logs","mountPath":"/var/log/nginx","readOnly":true}]}]}]'
