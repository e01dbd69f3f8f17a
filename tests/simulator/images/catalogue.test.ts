import { describe, expect, test } from 'vitest';
import { type DirectoryInode, entryOf, namesIn } from '../../../src/simulator/container/inode.ts';
import { programNamed } from '../../../src/simulator/container/programs/program-table.ts';
import { Catalogue } from '../../../src/simulator/images/catalogue.ts';
import type { Image } from '../../../src/simulator/images/image.ts';
import { fullImageName, parseImageReference } from '../../../src/simulator/images/image-reference.ts';

const catalogue = new Catalogue();

const image = (reference: string): Image => {
  const found = catalogue.find(reference);
  if (found === 'not found') throw new Error(`${reference}: not found`);
  return found;
};

describe('references to images', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['hashicorp/http-echo:0.2.3', 'docker.io/hashicorp/http-echo:0.2.3'],
    ['docker.io/library/redis:7', 'docker.io/library/redis:7'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
  ])('%s is %s', (short, full) => {
    expect(fullImageName(parseImageReference(short)!)).toBe(full);
  });

  test.each(['nginx:1.27:latest', 'MyApp:1.0', '', ':tag', 'a//b', 'nginx:', '-x'])('%s is none', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});

describe('the catalogue', () => {
  test.each([
    'nginx',
    'nginx:1.21',
    'nginx:1.27',
    'nginx:1.28',
    'nginx:stable',
    'nginx:alpine',
    'nginx:1.25-alpine',
    'nginx:1.27-perl',
    'nginxinc/nginx-unprivileged:alpine',
    'busybox',
    'busybox:1.28',
    'busybox:1.35',
    'busybox:1.36',
    'alpine',
    'alpine:3.20',
    'debian',
    'debian:12-slim',
    'ubuntu',
    'ubuntu:22.04',
    'redis',
    'redis:7',
    'redis:7-alpine',
    'python:3.11-slim',
    'httpd:2.4',
    'hashicorp/http-echo',
    'hashicorp/http-echo:1.0',
    'hashicorp/http-echo:0.2.3',
    'nicolaka/netshoot',
    'nicolaka/netshoot:v0.13',
    'curlimages/curl',
    'curlimages/curl:8.5.0',
    'registry.k8s.io/pause:3.10',
    'registry.k8s.io/coredns/coredns:v1.12.1',
    'registry.k8s.io/etcd:3.6.5-0',
    'registry.k8s.io/kube-apiserver:v1.34.4',
    'registry.k8s.io/kube-proxy:v1.34.4',
    'bitnami/kubectl:latest',
  ])('has %s', (reference) => {
    expect(image(reference).root.entries.size).toBeGreaterThan(0);
  });

  test.each(['nginx:bad', 'nginx:1.99', 'nginx:nonexistent-tag-xyz-123', 'my-app:dev', 'nobody/nothing', 'nginx:1.27:latest'])(
    'has no %s',
    (reference) => {
      expect(catalogue.find(reference)).toBe('not found');
    },
  );

  test('gives one image under all its tags one digest, and it is found by that too', () => {
    const { repositoryDigest } = image('busybox:1.36');
    expect(image('busybox:1.36.1').repositoryDigest).toBe(repositoryDigest);
    expect(image('busybox:1.28').repositoryDigest).not.toBe(repositoryDigest);
    expect(image(repositoryDigest).root).toBe(image('busybox:1.36').root);
    expect(repositoryDigest).toMatch(/^docker\.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
  });

  test('has images whose commands can be found and run', () => {
    for (const reference of [
      'nginx',
      'nginx:alpine',
      'hashicorp/http-echo',
      'redis',
      'curlimages/curl',
      'busybox',
      'debian',
      'ubuntu',
      'httpd',
      'registry.k8s.io/pause:3.10',
    ]) {
      const { config, root } = image(reference);
      const command = [...(config.entrypoint ?? []), ...(config.cmd ?? [])][0]!;
      const paths = command.startsWith('/')
        ? [command]
        : (config.environment?.['PATH'] ?? '').split(':').map((folder) => `${folder}/${command}`);
      const found = paths.map((path) => at(root, path)).find(Boolean);
      expect(found?.type === 'file' && (found.mode & 0o111) !== 0, `${reference}: ${command}`).toBe(true);
    }
  });

  test('says that Debian images have no nc, wget or ps, as in reality', () => {
    const { root } = image('nginx:1.27');
    for (const name of ['nc', 'wget', 'ps', 'ping', 'nslookup', 'vim']) expect(at(root, `/usr/bin/${name}`), name).toBeUndefined();
    expect(at(image('nginx:alpine').root, '/usr/bin/nc')).toBeDefined();
  });

  test('names programs that are simulated for all that the scenarios run', () => {
    const needed = ['curl', 'dig', 'nslookup', 'nc', 'ping', 'wget', 'ip', 'ss'];
    const { root } = image('nicolaka/netshoot');
    for (const name of needed) {
      const file = ['/usr/bin', '/bin', '/sbin'].map((folder) => at(root, `${folder}/${name}`)).find(Boolean);
      const program = file?.type === 'file' ? file.program : undefined;
      expect(program && programNamed(program), name).toBeDefined();
    }
  });
});

function at(root: DirectoryInode, path: string): ReturnType<typeof entryOf> {
  let inode: ReturnType<typeof entryOf> = root;
  for (const name of path.split('/').filter(Boolean)) {
    if (inode?.type === 'link') inode = at(root, inode.target.startsWith('/') ? inode.target : `/${inode.target}`);
    if (inode?.type !== 'directory' || !namesIn(inode).includes(name)) return undefined;
    inode = entryOf(inode, name);
  }
  return inode;
}
