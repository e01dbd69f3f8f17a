// Images that people debug with: docker.io/nicolaka/netshoot, docker.io/curlimages/curl and docker.io/library/alpine.
import { alpineLayer } from './base-layers.ts';
import { type ImageSpec, programFiles, standardPath } from './image.ts';

export const netshoot: ImageSpec = {
  repository: 'docker.io/nicolaka/netshoot',
  versions: [
    { tags: ['latest', 'v0.14', 'v0.15'], version: 'v0.14', sizeBytes: 205_000_000 },
    { tags: ['v0.13', 'v0.12', 'v0.11'], version: 'v0.13', sizeBytes: 202_130_551 },
  ],
  build: () => ({
    config: { cmd: ['zsh'], environment: { PATH: standardPath }, workingDirectory: '/root' },
    layers: [
      alpineLayer('3.20.1'),
      programFiles(
        '/usr/bin',
        [
          'dig',
          'host',
          'nslookup',
          'nc',
          'ncat',
          'nmap',
          'iperf3',
          'jq',
          'tcpdump',
          'socat',
          'strace',
          'mtr',
          'fping',
          'websocat',
          'openssl',
          'ss',
          'nsupdate',
          'vim',
          'wget',
          'bash',
          'zsh',
          'tcptraceroute',
          'traceroute',
          'python3',
          'telnet',
          'getent',
        ],
        {
          nslookup: 'bind-nslookup',
          nc: 'nc.openbsd',
          zsh: 'sh',
          bash: 'sh',
          wget: 'wget',
          python3: 'python3',
        },
      ),
      { '/usr/bin/curl': { content: '\x7fELF\x02\x01\x01\0curl/8.7.1\0', mode: 0o755, program: 'curl' } },
      programFiles('/bin', ['ping', 'bash', 'zsh', 'netstat'], { ping: 'iputils-ping', bash: 'sh', zsh: 'sh' }),
      programFiles('/sbin', ['ip', 'ifconfig', 'route', 'arp', 'tc', 'iptables', 'ss'], { ip: 'iproute2' }),
    ],
  }),
};

export const curlImage: ImageSpec = {
  repository: 'docker.io/curlimages/curl',
  versions: [
    { tags: ['latest', '8.16.0', '8.15.0', '8.14.1', '8.13.0', '8.12.1', '8.11.1'], version: '8.16.0', sizeBytes: 9_580_000 },
    {
      tags: ['8.10.1', '8.9.1', '8.8.0', '8.7.1', '8.6.0', '8.5.0', '8.4.0', '8.3.0', '8.2.1', '8.1.2', '8.00.1'],
      version: '8.5.0',
      sizeBytes: 8_120_000,
    },
    {
      tags: ['7.88.1', '7.87.0', '7.86.0', '7.85.0', '7.84.0', '7.83.1', '7.82.0', '7.81.0', '7.80.0'],
      version: '7.88.1',
      sizeBytes: 5_340_000,
    },
  ],
  build: ({ version }) => ({
    config: {
      entrypoint: ['/entrypoint.sh'],
      cmd: ['curl'],
      environment: { PATH: standardPath, CURL_CA_BUNDLE: '/cacert.pem' },
      user: 'curl_user',
      workingDirectory: '/home/curl_user',
    },
    layers: [
      alpineLayer('3.22.1'),
      {
        '/usr/bin/curl': { content: `\x7fELF\x02\x01\x01\0curl/${version}\0`, mode: 0o755, program: 'curl' },
        '/entrypoint.sh': {
          content: `#!/bin/sh\nif [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ]; then\n  set -- curl "$@"\nfi\n\nexec "$@"\n`,
          mode: 0o755,
        },
        '/cacert.pem': '',
        '/home/curl_user': { directory: true, uid: 100, gid: 101 },
        '/etc/passwd': `${String(alpineLayer('3.22.1')['/etc/passwd'])}curl_user:x:100:101:Linux User,,,:/home/curl_user:/bin/sh\n`,
        '/etc/group': `${String(alpineLayer('3.22.1')['/etc/group'])}curl_group:x:101:\n`,
      },
    ],
  }),
};

export const alpine: ImageSpec = {
  repository: 'docker.io/library/alpine',
  versions: [
    { tags: ['latest', '3', '3.22', '3.22.1', '3.22.2', 'edge'], version: '3.22.1', sizeBytes: 3_799_689 },
    { tags: ['3.21', '3.21.0', '3.21.3', '3.21.4'], version: '3.21.4', sizeBytes: 3_645_000 },
    { tags: ['3.20', '3.20.0', '3.20.1', '3.20.2', '3.20.3'], version: '3.20.3', sizeBytes: 3_625_000 },
    { tags: ['3.19', '3.19.0', '3.19.1'], version: '3.19.1', sizeBytes: 3_408_729 },
    { tags: ['3.18', '3.17', '3.16', '3.15', '3.14', '3.13', '3.12'], version: '3.18.6', sizeBytes: 3_402_000 },
  ],
  build: ({ version }) => ({ config: { cmd: ['/bin/sh'], environment: { PATH: standardPath } }, layers: [alpineLayer(version)] }),
};
