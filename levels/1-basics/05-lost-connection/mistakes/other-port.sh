# refused by: reviews-answer
kubectl patch service reviews -p '{"spec":{"ports":[{"port":80,"targetPort":80}]}}'
kubectl set selector service reviews app=product-reviews
