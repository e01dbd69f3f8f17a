// What bind's tools share: how they ask a name server, and what they say when it doesn't answer.
import type { DnsAnswer, RecordType } from '../../../network/dns.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process } from '../../process.ts';

/** Types that can be asked for. */
export const recordTypes: readonly RecordType[] = ['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'SOA', 'NS', 'TXT', 'MX', 'ANY'];

export type Reply =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer; readonly tookMs: number }
  | { readonly kind: 'silent'; readonly complaints: string };

/** Asks one server, with bind's number of tries and its words for each that fails. */
export function* query(
  process: Process,
  server: string,
  name: string,
  type: RecordType,
  given: { tries: number; timeoutMs: number; protocol?: 'UDP' | 'TCP' },
): Blocking<Reply> {
  let complaints = '';
  for (let attempt = 0; attempt < given.tries; attempt++) {
    const reply = networkOf(process).ask(server, name, type, { protocol: given.protocol ?? 'UDP' });
    if (reply.kind === 'answer') {
      yield* process.sleep(0.6);
      return { kind: 'answer', answer: reply.answer, tookMs: process.random.below(3) };
    }
    yield* process.sleep(reply.kind === 'refused' ? 1 : given.timeoutMs);
    const why = reply.kind === 'refused' ? 'connection refused' : reply.kind === 'unreachable' ? 'host unreachable' : 'timed out';
    complaints += `;; communications error to ${server}#53: ${why}\n`;
  }
  return { kind: 'silent', complaints };
}

/** What they end with when no server answers. */
export const noServers = ';; no servers could be reached\n';

/** Measured: three tries of 5 s. */
export const patient = { tries: 3, timeoutMs: 5000 };
