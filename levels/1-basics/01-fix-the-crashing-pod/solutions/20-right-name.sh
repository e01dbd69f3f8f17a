KUBE_EDITOR="sed -i s/nginxzz/nginx/" kubectl edit deployment storefront
