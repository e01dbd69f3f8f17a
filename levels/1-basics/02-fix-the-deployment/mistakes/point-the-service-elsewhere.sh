# refused by: rest-untouched
kubectl set selector service catalog app=basket
