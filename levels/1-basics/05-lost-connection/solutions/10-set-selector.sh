kubectl set selector service reviews app=product-reviews
