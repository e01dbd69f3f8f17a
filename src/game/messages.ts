// The sentences of verdicts, by code: the only place where a validator's words stand.
import type { Verdict } from './verdict.ts';

type Values = Verdict['values'];
type Sentences = (values: Values) => { readonly expected: string; readonly observed: string };

const connectExpected = ({ expect, to, body }: Values): string => {
  if (expect === 'blocked') return `no way through to ${to}`;
  if (expect === 'refused') return `a refused connection to ${to}`;
  if (expect === 'unknown-host') return `a name that nobody knows: ${to}`;
  return body ? `"${body}" from ${to}` : `an answer from ${to}`;
};
const connect =
  (observed: (values: Values) => string): Sentences =>
  (values) => ({ expected: connectExpected(values), observed: observed(values) });

const sentences: Record<string, Sentences> = {
  'connect.answered': connect(({ answer }) => `answered: ${answer}`),
  'connect.other-answer': connect(({ answer }) => `answered, but with: ${answer}`),
  'connect.http-error': connect(({ answer }) => `answered with an error: ${answer}`),
  'connect.timed-out': connect(({ seconds }) => `timed out after ${seconds} s`),
  'connect.refused': connect(() => 'connection refused'),
  'connect.unreachable': connect(() => 'no route to the host'),
  'connect.unknown-host': connect(({ host }) => `the name ${host} isn't known`),
  'connect.reset': connect(({ text }) => `connection broke: ${text}`),
  'connect.no-client': connect(({ from, state }) => `${from} can't try: ${state}`),
  'connect.no-tool': connect(({ from, tool }) => `${from} has no ${tool} to try with`),
  'connect.unclear': connect(({ text }) => `couldn't tell: ${text}`),
  'exec.printed': ({ command, exitCode, wanted, stdout, printed }) => ({
    expected: `"${command}" exits ${wanted}${stdout ? ` and prints "${stdout}"` : ''}`,
    observed: `exited ${exitCode}${printed ? `: ${printed}` : ''}`,
  }),
  'exec.no-pod': ({ pod, state }) => ({ expected: `${pod} running`, observed: `${state}` }),
  'exec.unclear': ({ command, text }) => ({ expected: `"${command}" runs`, observed: `couldn't tell: ${text}` }),
  'unchanged.same': ({ count }) => ({ expected: 'all as it was deployed', observed: `${count} objects are` }),
  'unchanged.gone': ({ object }) => ({ expected: `${object} as it was deployed`, observed: 'it is gone' }),
  'unchanged.ending': ({ object }) => ({ expected: `${object} as it was deployed`, observed: 'it is being deleted' }),
  'unchanged.other-object': ({ object }) => ({ expected: `the same ${object} as at the start`, observed: 'it was deleted and made anew' }),
  'unchanged.changed': ({ object, path, wanted, found }) => ({
    expected: `${object} as it was deployed: ${path} is ${wanted}`,
    observed: `it is ${found}`,
  }),
  'exists.all': ({ count }) => ({ expected: 'everything there', observed: `all ${count} are` }),
  'exists.missing': ({ object }) => ({ expected: `${object} exists`, observed: 'there is none' }),
  'absent.all': ({ count }) => ({ expected: 'nothing left', observed: `all ${count} are gone` }),
  'absent.there': ({ object, state }) => ({ expected: `${object} is gone`, observed: `it is ${state}` }),
  'cluster.unreachable': ({ why }) => ({ expected: 'an answer from the cluster', observed: `${why}` }),
};

/** Expected and observed, as the screen shows them. A code without sentences is our bug and throws. */
export function describeVerdict(verdict: Verdict): { readonly expected: string; readonly observed: string } {
  const sentence = sentences[verdict.code];
  if (!sentence) throw new Error(`no sentences for the verdict ${verdict.code}`);
  return sentence(verdict.values);
}
