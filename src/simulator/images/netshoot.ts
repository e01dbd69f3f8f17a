// docker.io/nicolaka/netshoot: what people debug networks with.
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
