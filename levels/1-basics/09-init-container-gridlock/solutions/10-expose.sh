kubectl expose deployment payments-api --name=payments --port=8080
