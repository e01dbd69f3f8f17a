# refused by: prices-answer
kubectl set selector service catalog app=basket
kubectl scale deployment catalog --replicas=2
