kubectl set selector service catalog app=catalog,track=stable
