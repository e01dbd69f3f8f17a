kubectl patch deployment label-queue -p '{"spec":{"template":{"spec":{"containers":[{"name":"log-shipper","command":["tail","-F","/logs/access.log"]}]}}}}'
