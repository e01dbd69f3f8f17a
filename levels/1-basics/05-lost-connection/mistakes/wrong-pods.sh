# refused by: reviews-answer
kubectl set selector service reviews app=storefront
