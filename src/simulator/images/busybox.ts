// docker.io/library/busybox
import { busyboxLayer } from './base-layers.ts';
import { type ImageSpec, type ImageVersion, standardPath } from './image.ts';

interface BusyboxVersion extends ImageVersion {
  /** As the banner of its applets says. */
  readonly built: string;
}

export const busybox: ImageSpec<BusyboxVersion> = {
  repository: 'docker.io/library/busybox',
  versions: [
    {
      tags: ['latest', 'stable', '1', '1.37', '1.37.0', 'glibc', 'musl', 'uclibc'],
      version: '1.37.0',
      built: '2024-09-26 21:31:42 UTC',
      sizeBytes: 2_211_542,
    },
    {
      tags: ['1.36', '1.36.1', '1.36.0', '1.36-glibc', '1.36.1-glibc', '1.36-musl', '1.36-uclibc'],
      version: '1.36.1',
      built: '2023-05-18 22:34:17 UTC',
      sizeBytes: 2_156_519,
    },
    { tags: ['1.35', '1.35.0'], version: '1.35.0', built: '2022-11-18 01:12:30 UTC', sizeBytes: 2_159_953 },
    { tags: ['1.34', '1.34.1'], version: '1.34.1', built: '2022-05-04 19:59:40 UTC', sizeBytes: 777_536 },
    { tags: ['1.33', '1.33.1', '1.32', '1.31', '1.30'], version: '1.33.1', built: '2021-05-11 22:06:33 UTC', sizeBytes: 767_890 },
    { tags: ['1.28', '1.28.4', '1.28.0', '1.27', '1.26'], version: '1.28.4', built: '2018-05-22 17:00:17 UTC', sizeBytes: 727_869 },
  ],
  build: ({ version, built }) => ({
    config: { cmd: ['sh'], environment: { PATH: standardPath } },
    layers: [busyboxLayer(version, built)],
  }),
};
