kubectl create ingress catalog --rule='shop.teapot.example/catalog*=catalog:http'
