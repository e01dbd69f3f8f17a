// Writes src/simulator/apiserver/model/rbac-defaults.json: the roles and bindings of a fresh kubeadm cluster,
// as recorded on a real 1.34 (tests/recordings/kubernetes-1.34/rbac-defaults.json.gz).
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const recorded = JSON.parse(gunzipSync(readFileSync('tests/recordings/kubernetes-1.34/rbac-defaults.json.gz')));
writeFileSync('src/simulator/apiserver/model/rbac-defaults.json', `${JSON.stringify(recorded)}\n`);
