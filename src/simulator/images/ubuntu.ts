// docker.io/library/ubuntu
import { debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

const codenames: Readonly<Record<string, readonly [codename: string, name: string, debian: string]>> = {
  '24.04': ['noble', '24.04.3 LTS (Noble Numbat)', 'trixie/sid'],
  '22.04': ['jammy', '22.04.5 LTS (Jammy Jellyfish)', 'bookworm/sid'],
  '20.04': ['focal', '20.04.6 LTS (Focal Fossa)', 'bullseye/sid'],
};

export const ubuntu: ImageSpec = {
  repository: 'docker.io/library/ubuntu',
  versions: [
    { tags: ['latest', '24.04', 'noble'], version: '24.04', sizeBytes: 29_700_000 },
    { tags: ['22.04', 'jammy'], version: '22.04', sizeBytes: 29_500_000 },
    { tags: ['20.04', 'focal'], version: '20.04', sizeBytes: 27_500_000 },
  ],
  build: ({ version }) => {
    const [codename, name, debianVersion] = codenames[version]!;
    return {
      config: { cmd: ['/bin/bash'], environment: { PATH: standardPath } },
      layers: [
        debianLayer,
        {
          '/etc/debian_version': `${debianVersion}\n`,
          '/etc/os-release': `PRETTY_NAME="Ubuntu ${name.split(' (')[0]}"
NAME="Ubuntu"
VERSION_ID="${version}"
VERSION="${name}"
VERSION_CODENAME=${codename}
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
UBUNTU_CODENAME=${codename}
`,
        },
      ],
    };
  },
};
