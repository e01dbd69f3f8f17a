KUBE_EDITOR="sed -i s#mountPath:\ /logs#mountPath:\ /var/log/nginx#" kubectl edit deployment label-queue
