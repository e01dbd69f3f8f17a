KUBE_EDITOR="sed -i /dnsPolicy/d" kubectl edit deployment ledger
