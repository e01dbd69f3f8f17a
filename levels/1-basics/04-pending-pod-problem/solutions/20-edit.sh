KUBE_EDITOR="sed -i -e 's/cpu: .100.$/cpu: 250m/' -e 's/memory: 640Gi/memory: 128Mi/'" kubectl edit deployment tasting-notes
