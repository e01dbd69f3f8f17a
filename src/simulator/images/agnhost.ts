// registry.k8s.io/e2e-test-images/agnhost: Kubernetes' own test image.
import { alpineLayer } from './base-layers.ts';
import { type ImageSpec, programFiles, standardPath } from './image.ts';

export const agnhost: ImageSpec = {
  repository: 'registry.k8s.io/e2e-test-images/agnhost',
  versions: [{ tags: ['2.39', '2.40', '2.43', '2.45', '2.47', '2.52', '2.53', '2.55'], version: '2.53', sizeBytes: 52_000_000 }],
  build: () => ({
    config: { entrypoint: ['/agnhost'], cmd: ['pause'], environment: { PATH: standardPath } },
    layers: [
      alpineLayer('3.21.4'),
      { '/agnhost': { program: 'agnhost' } },
      programFiles('/usr/bin', ['curl', 'dig', 'nslookup', 'nc'], { nslookup: 'bind-nslookup' }),
    ],
  }),
};
