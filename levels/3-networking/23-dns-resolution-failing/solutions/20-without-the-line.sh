kubectl patch deployment ledger --type=json -p '[{"op":"remove","path":"/spec/template/spec/dnsPolicy"}]'
