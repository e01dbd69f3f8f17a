kubectl set image deployment/labels labels=nginx:1.25
