KUBE_EDITOR="sed -i 's/targetPort: 8080/targetPort: http/'" kubectl edit service catalog
