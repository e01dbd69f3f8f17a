# The editor's work done by sed, so that it can be repeated.
KUBE_EDITOR="sed -i s/admin-tool/frontend/" kubectl edit networkpolicy backend-network-policy
