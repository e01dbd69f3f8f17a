# refused by: both-pods-behind
kubectl set selector service catalog app=spare
kubectl run spare --image=hashicorp/http-echo:1.0 --labels=app=spare -- -listen=:8080 "-text=Dragon Well, 50 g: 9 coins"
