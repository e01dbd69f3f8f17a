// The hosts that an nginx passes requests on to. Their names are looked up once, when the configuration is read: nginx keeps the addresses until
// it is started or told to reload, and doesn't start at all when a name isn't known.
// nginx: src/http/ngx_http_upstream.c, src/http/ngx_http_upstream_round_robin.c
import { isAddress } from '../../../network/address.ts';
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process } from '../../process.ts';
import { type Directive, type NginxConfig, NginxConfigError } from './nginx-config.ts';

/** Addresses by host name, as they were found when the configuration was read. */
export type UpstreamAddresses = ReadonlyMap<string, readonly string[]>;

/** A configuration as nginx works by it. */
export interface LoadedConfig extends NginxConfig {
  readonly upstreams: UpstreamAddresses;
}

/** Looks up all hosts that the configuration names; throws nginx's words for one that nobody knows. */
export function* findUpstreams(process: Process, config: NginxConfig): Blocking<UpstreamAddresses> {
  const found = new Map<string, readonly string[]>();
  for (const { host, shown, file, line } of upstreamHosts(config)) {
    if (found.has(host)) continue;
    const resolution = isAddress(host) ? undefined : yield* resolve(process, host);
    if (resolution && resolution.kind !== 'found') throw new NginxConfigError(`host not found in upstream "${shown}" in ${file}:${line}`);
    found.set(host, resolution ? resolution.addresses : [host]);
  }
  return found;
}

interface UpstreamHost {
  readonly host: string;
  /** As nginx quotes it. */
  readonly shown: string;
  readonly file: string;
  readonly line: number;
}

function upstreamHosts({ http }: NginxConfig): UpstreamHost[] {
  const groups = http.filter(({ name }) => name === 'upstream');
  const names = new Set(groups.map(({ args }) => args[0]));
  const servers = groups
    .flatMap(({ block }) => block ?? [])
    .filter(({ name }) => name === 'server')
    .map(({ args: [shown = ''], file, line }) => ({ host: shown.replace(/:\d+$/, ''), shown, file, line }));
  const passed = proxyPasses(http).flatMap(({ args, file, line }) => {
    const host = hostOfUrl(args[0] ?? '');
    return host === undefined || names.has(host) ? [] : [{ host, shown: host, file, line }];
  });
  return [...servers, ...passed].filter(({ host }) => !host.startsWith('unix:'));
}

function proxyPasses(directives: readonly Directive[]): Directive[] {
  return directives.flatMap((directive) => (directive.name === 'proxy_pass' ? [directive] : proxyPasses(directive.block ?? [])));
}

/** The host of `http://HOST:PORT/…`; undefined with variables in it: those are only known when a request comes. */
function hostOfUrl(url: string): string | undefined {
  return url.includes('$') ? undefined : /^https?:\/\/([^:/]+)/.exec(url)?.[1];
}
