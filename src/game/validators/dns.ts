// The objective type `dns`: a name resolves in a pod, to what. It asks with the pod's own nslookup, resolver and policies.
import type { Service } from '../../apimachinery/objects.ts';
import type { ObjectReference } from '../../cluster/kubernetes-api.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import { isReady, podSelections, podsOf, runnablePod } from './pods.ts';
import type { ObservedObjects, Validator } from './validator.ts';

const timeoutMs = 12_000;

export const dns: Validator<ObjectiveParameters['dns']> = {
  runs: true,
  watches: ({ from, expect }, namespace) => [...podSelections(from, namespace), ...expectedSelections(expect, namespace)],
  async judge({ from, container, name, expect }, { api, objects, namespace }) {
    const values = { name, expect, from };
    const found = runnablePod(from, objects, namespace);
    if ('state' in found) return { outcome: 'unmet', code: 'dns.no-client', values: { ...values, state: found.state } };
    const { metadata } = found.pod;
    const result = await api.exec({
      namespace: metadata.namespace!,
      pod: metadata.name,
      ...(container && { container }),
      command: ['nslookup', name],
      timeoutMs,
    });
    if (result.exitCode === undefined && !result.timedOut)
      return { outcome: 'unknown', code: 'dns.unclear', values: { ...values, text: (result.failure ?? '').slice(0, 160) } };
    if (result.timedOut || /no servers could be reached|timed out/.test(result.stdout + result.stderr))
      return { outcome: 'unmet', code: 'dns.no-server', values };
    const addresses = addressesIn(result.stdout);
    const shown = { ...values, addresses: addresses.join(', ') };
    const code = addresses.length > 0 ? 'dns.resolved' : 'dns.unknown';
    if (expect === 'any' || expect === 'unknown')
      return { outcome: addresses.length > 0 === (expect === 'any') ? 'met' : 'unmet', code, values: shown };
    const wanted = expectedAddresses(parseReference(expect, namespace)!, expect, objects, namespace);
    const isMet = wanted.length > 0 && wanted.length === addresses.length && wanted.every((address) => addresses.includes(address));
    return { outcome: isMet ? 'met' : 'unmet', code, values: { ...shown, wanted: wanted.join(', ') } };
  },
};

function expectedSelections(expect: string, namespace: string) {
  const reference = parseReference(expect, namespace);
  if (!reference) return [];
  return reference.kind === 'Service' ? [reference] : podSelections(expect, namespace);
}

/** The addresses behind the server's own, which comes first. */
function addressesIn(output: string): string[] {
  const answer = output
    .split(/\n\s*\n/)
    .slice(1)
    .join('\n');
  return [...new Set([...answer.matchAll(/^Address(?: \d+)?:\s*(\d+\.\d+\.\d+\.\d+)/gm)].map(([, address]) => address!))];
}

function expectedAddresses(reference: ObjectReference, name: string, objects: ObservedObjects, namespace: string): string[] {
  if (reference.kind !== 'Service')
    return (podsOf(name, objects, namespace) ?? []).filter(isReady).flatMap(({ status }) => status.podIP ?? []);
  const address = (objects.get(reference) as Service | undefined)?.spec?.clusterIP;
  return address && address !== 'None' ? [address] : [];
}
