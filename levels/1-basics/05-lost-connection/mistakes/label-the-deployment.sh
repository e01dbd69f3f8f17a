# refused by: reviews-answer
kubectl label deployment reviews app=reviews --overwrite
