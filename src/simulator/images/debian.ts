// docker.io/library/debian
import { debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const debian: ImageSpec = {
  repository: 'docker.io/library/debian',
  versions: [
    { tags: ['latest', '13', '13.1', 'trixie', 'stable'], version: '13 (trixie) 13.1', sizeBytes: 49_300_000 },
    { tags: ['13-slim', 'trixie-slim', 'stable-slim'], version: '13 (trixie) 13.1 slim', sizeBytes: 29_800_000 },
    { tags: ['12', '12.11', 'bookworm', 'oldstable'], version: '12 (bookworm) 12.11', sizeBytes: 48_500_000 },
    { tags: ['12-slim', 'bookworm-slim', 'oldstable-slim'], version: '12 (bookworm) 12.11 slim', sizeBytes: 28_200_000 },
  ],
  build: ({ version }) => {
    const [number, codename, point] = version.replace(/[()]/g, '').split(' ') as [string, string, string];
    return {
      config: { cmd: ['bash'], environment: { PATH: standardPath } },
      layers: [
        debianLayer,
        {
          '/etc/debian_version': `${point}\n`,
          '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux ${number} (${codename})"
NAME="Debian GNU/Linux"
VERSION_ID="${number}"
VERSION="${number} (${codename})"
VERSION_CODENAME=${codename}
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
        },
      ],
    };
  },
};
