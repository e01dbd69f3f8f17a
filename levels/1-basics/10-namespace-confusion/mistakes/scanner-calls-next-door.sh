# refused by: rest-untouched
KUBE_EDITOR="sed -i s#http://parcels/#http://parcels.k8squest/#" kubectl edit deployment scanner -n warehouse
