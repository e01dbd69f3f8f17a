kubectl expose deployment payments-api --port=8080
KUBE_EDITOR="sed -i s#http://payments:#http://payments-api:#" kubectl edit configmap checkout-config
KUBE_EDITOR="sed -i s/payments.k8squest/payments-api.k8squest/" kubectl edit deployment checkout
