// docker.io/hashicorp/http-echo: one program that answers every request with one text.
import { type ImageSpec, standardPath } from './image.ts';

export const httpEcho: ImageSpec = {
  repository: 'docker.io/hashicorp/http-echo',
  versions: [
    { tags: ['latest', '1.0', '1.0.0'], version: '1.0.0', sizeBytes: 3_247_304 },
    { tags: ['0.2.3'], version: '0.2.3', sizeBytes: 2_201_547 },
    { tags: ['0.2.1', '0.2.2', '0.2.0', '0.1.0'], version: '0.2.1', sizeBytes: 2_196_880 },
  ],
  build: ({ version }) =>
    version === '1.0.0'
      ? {
          config: {
            entrypoint: ['/http-echo'],
            environment: { PATH: standardPath, PRODUCT_NAME: 'http-echo', PRODUCT_VERSION: version },
            user: '65532',
          },
          layers: [
            {
              '/http-echo': { program: 'http-echo', content: `\x7fELF http-echo v${version}`, mode: 0o755 },
              '/etc/passwd': 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
            },
          ],
        }
      : {
          config: { entrypoint: ['/http-echo'], environment: { PATH: standardPath } },
          layers: [{ '/http-echo': { program: 'http-echo', content: `\x7fELF http-echo v${version}`, mode: 0o755 } }],
        },
};
