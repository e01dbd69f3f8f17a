kubectl patch service shop -p '{"spec":{"ports":[{"port":80,"nodePort":31234}]}}'
