// The files that the kubelet writes for every pod: /etc/hosts and /etc/resolv.conf. kubernetes: pkg/kubelet/kubelet_pods.go, pkg/kubelet/network/dns/dns.go
import type { Pod } from '../../apimachinery/objects.ts';

const clusterDomain = 'cluster.local';
const clusterDns = '10.96.0.10';
/** What a node's own resolv.conf says: the network's gateway answers. */
const nodeNameServer = '172.18.0.1';

/** The name that a pod's containers have. */
export function hostnameOf(pod: Pod, nodeName: string): string {
  if (pod.spec.hostNetwork) return nodeName;
  const name = pod.spec.hostname || pod.metadata.name;
  return name.slice(0, 63).replace(/[-.]+$/, '');
}

export function hostsFile(pod: Pod, ip: string, hostname: string): string {
  const lines = pod.spec.hostNetwork ? ['# Kubernetes-managed hosts file (host network).'] : ['# Kubernetes-managed hosts file.'];
  lines.push('127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet');
  lines.push('fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters');
  const { subdomain, hostAliases = [] } = pod.spec;
  const full = subdomain && `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`;
  lines.push(full ? `${ip}\t${full}\t${hostname}` : `${ip}\t${hostname}`);
  if (hostAliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.');
    for (const alias of hostAliases) lines.push(`${alias.ip}\t${(alias.hostnames ?? []).join('\t')}`);
  }
  return `${lines.join('\n')}\n`;
}

export function resolvConf(pod: Pod): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec;
  const isCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  const searches: string[] = [];
  const nameservers: string[] = [];
  const options = new Map<string, string | undefined>();
  if (isCluster) {
    const namespace = pod.metadata.namespace!;
    searches.push(`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain);
    nameservers.push(clusterDns);
    options.set('ndots', '5');
  } else if (dnsPolicy !== 'None') nameservers.push(nodeNameServer);
  nameservers.push(...(dnsConfig?.nameservers ?? []));
  searches.push(...(dnsConfig?.searches ?? []));
  for (const { name = '', value } of dnsConfig?.options ?? []) options.set(name, value);
  const lines: string[] = [];
  if (searches.length > 0) lines.push(`search ${[...new Set(searches)].join(' ')}`);
  for (const server of new Set(nameservers)) lines.push(`nameserver ${server}`);
  if (options.size > 0) {
    lines.push(
      `options ${[...options].map(([name, value]) => (value === undefined || value === null ? name : `${name}:${value}`)).join(' ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
