KUBE_EDITOR="sed -i s/PGPASSWORD/POSTGRES_PASSWORD/" kubectl edit deployment ledger
