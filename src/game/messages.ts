// The sentences of verdicts, by code: the only place where a validator's words stand.
import type { Verdict } from './verdict.ts';

type Values = Verdict['values'];
type Sentences = (values: Values) => { readonly expected: string; readonly observed: string };

const connectExpected = ({ expect, to, body, times, answers }: Values): string => {
  const often =
    Number(times) > 1 ? `, ${times} times${answers ? `, from ${answers === 'same' ? 'one and the same' : 'several'}` : ''}` : '';
  if (expect === 'unreachable') return `no connection to ${to}${often}`;
  if (expect === 'blocked') return `no way through to ${to}${often}`;
  if (expect === 'refused') return `a refused connection to ${to}`;
  if (expect === 'unknown-host') return `a name that nobody knows: ${to}`;
  return body ? `"${body}" from ${to}${often}` : `an answer from ${to}${often}`;
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
  'connect.no-target': connect(() => 'there is no such node port'),
  'connect.no-ingress': connect(() => 'no controller has given the ingress an address'),
  'connect.answers-differ': connect(({ different }) => `${different} different answers`),
  'connect.answers-same': connect(({ answer }) => `always the same answer: ${answer}`),
  'connect.no-tool': connect(({ from, tool }) => `${from} has no ${tool} to try with`),
  'connect.unclear': connect(({ text }) => `couldn't tell: ${text}`),
  'exec.printed': ({ command, exitCode, wanted, stdout, printed }) => ({
    expected: `${command} exits ${wanted}${stdout ? ` and prints "${stdout}"` : ''}`,
    observed: `exited ${exitCode}${printed ? `: ${printed}` : ''}`,
  }),
  'exec.no-pod': ({ pod, state }) => ({ expected: `${pod} running`, observed: `${state}` }),
  'exec.unclear': ({ command, text }) => ({ expected: `${command} runs`, observed: `couldn't tell: ${text}` }),
  'unchanged.same': ({ count }) => ({ expected: 'all as it was deployed', observed: `${count} objects are` }),
  'unchanged.gone': ({ object }) => ({ expected: `${object} as it was deployed`, observed: 'it is gone' }),
  'unchanged.ending': ({ object }) => ({ expected: `${object} as it was deployed`, observed: 'it is being deleted' }),
  'unchanged.other-object': ({ object }) => ({
    expected: `the same ${object} as at the start`,
    observed: 'it was deleted and made anew: only a restart of the level brings it back',
  }),
  'unchanged.changed': ({ object, path, wanted, found }) => ({
    expected: `${object} as it was deployed: ${path} is ${wanted}`,
    observed: `it is ${found}`,
  }),
  'exists.all': ({ count }) => ({ expected: 'everything there', observed: `all ${count} are` }),
  'exists.missing': ({ object }) => ({ expected: `${object} exists`, observed: 'there is none' }),
  'absent.all': ({ count }) => ({ expected: 'nothing left', observed: `all ${count} are gone` }),
  'absent.there': ({ object, state }) => ({ expected: `${object} is gone`, observed: `it is ${state}` }),
  'condition.no-object': ({ object, type, status }) => ({
    expected: `${object} with ${type} ${status}`,
    observed: 'there is no such object',
  }),
  'condition.none': ({ object, type, status }) => ({
    expected: `${object} with ${type} ${status}`,
    observed: `it has no condition ${type}`,
  }),
  'condition.is': ({ object, type, status, reason, foundStatus, why }) => ({
    expected: `${object} with ${type} ${status}${reason ? ` (${reason})` : ''}`,
    observed: `${type} is ${foundStatus}${why ? `: ${why}` : ''}`,
  }),
  'field.no-object': ({ what, wanted }) => ({ expected: `${what} is ${wanted}`, observed: 'there is no such object' }),
  'field.no-pods': ({ what, wanted }) => ({ expected: `${what} is ${wanted}`, observed: 'there are none' }),
  'field.is': ({ what, wanted, found }) => ({ expected: `${what} is ${wanted}`, observed: `it is ${found}` }),
  'endpoints.no-service': ({ service }) => ({ expected: `ready endpoints of ${service}`, observed: 'there is no such service' }),
  'endpoints.stranger': ({ service, of, stranger }) => ({
    expected: `only pods of ${of} behind ${service}`,
    observed: `${stranger} is behind it too`,
  }),
  'endpoints.are': ({ service, min, max, ready, all }) => ({
    expected: `${max === undefined ? `at least ${min}` : min === max ? min : `${min} to ${max}`} ready endpoints of ${service}`,
    observed: all === ready ? `${ready} ready` : `${ready} ready of ${all}`,
  }),
  'rollout.no-object': (values) => ({ expected: rolledOut(values), observed: 'there is no such object' }),
  'rollout.not-seen': (values) => ({ expected: rolledOut(values), observed: 'its controller has not seen the change yet' }),
  'rollout.is': (values) => ({
    expected: rolledOut(values),
    observed: `${values['wanted']} wanted, ${values['updated']} updated, ${values['ready']} ready, ${values['available']} available${oldOnes(Number(values['old']))}`,
  }),
  'logs.no-pod': (values) => ({ expected: `a log of ${logOwner(values)}`, observed: 'there is no such pod' }),
  'logs.unreadable': (values) => ({ expected: `a log of ${logOwner(values)}`, observed: `${values['why']}` }),
  'logs.missing': (values) => ({
    expected: `"${values['missing']}" in ${logOf(values)}`,
    observed: values['last'] ? `its last line is: ${values['last']}` : nothingLogged(values),
  }),
  'logs.unwanted': (values) => ({ expected: `no "${values['unwanted']}" in ${logOf(values)}`, observed: 'there is one' }),
  'logs.good': (values) => ({
    expected: `${logOf(values)} ${values['contains'] ? `has "${values['contains']}"` : `lacks "${values['lacks']}"`}`,
    observed: 'so it is',
  }),
  'events.came': ({ reason, expect, withinSeconds, message }) => ({
    expected: `${expect === 'none' ? 'no' : 'an'} event ${reason} within ${withinSeconds} s`,
    observed: `${message}`,
  }),
  'events.none': ({ reason, expect, withinSeconds }) => ({
    expected: `${expect === 'none' ? 'no' : 'an'} event ${reason} within ${withinSeconds} s`,
    observed: 'none came',
  }),
  'dns.no-client': ({ name, from, state }) => ({ expected: `${name} can be looked up in ${from}`, observed: `${from} can't: ${state}` }),
  'dns.unclear': ({ name, text }) => ({ expected: `${name} can be looked up`, observed: `couldn't tell: ${text}` }),
  'dns.no-server': ({ name }) => ({ expected: `${name} can be looked up`, observed: 'no name server answered' }),
  'dns.unknown': ({ name, expect }) => ({ expected: dnsExpected(String(name), String(expect)), observed: 'nobody knows the name' }),
  'dns.resolved': ({ name, expect, addresses, wanted }) => ({
    expected: dnsExpected(String(name), String(expect)),
    observed: `it gives ${addresses}${wanted ? `, not ${wanted}` : ''}`,
  }),
  'triggered.waiting': () => ({ expected: 'a trial by the game goes well', observed: 'it begins when all else is met' }),
  'triggered.running': () => ({ expected: 'a trial by the game goes well', observed: 'it is under way' }),
  'triggered.impossible': ({ action }) => ({
    expected: `${action} changes nothing for the worse`,
    observed: "that can't be done: it isn't there",
  }),
  'triggered.held': ({ action }) => ({ expected: `${action} changes nothing for the worse`, observed: 'it held' }),
  'triggered.broke': (values) => ({
    expected: `while ${values['action']}: ${innerOf(values).expected}`,
    observed: innerOf(values).observed,
  }),
  'triggered.not-reached': (values) => ({
    expected: `within ${values['within']} s of ${values['action']}: ${innerOf(values).expected}`,
    observed: innerOf(values).observed,
  }),
  'cluster.unreachable': ({ why }) => ({ expected: 'an answer from the cluster', observed: `${why}` }),
};

const oldOnes = (count: number): string => (count === 0 ? '' : `, ${count} old ${count === 1 ? 'one' : 'ones'} left`);
const rolledOut = ({ of, replicas }: Values): string =>
  `${of} rolled out${replicas === undefined ? '' : ` with at least ${replicas} ${Number(replicas) === 1 ? 'pod' : 'pods'}`}`;

const logOwner = ({ of, container }: Values): string => (container === undefined ? `${of}` : `container ${container} of ${of}`);
const logOf = (values: Values): string =>
  `${values['withinSeconds'] === undefined ? 'the log' : `the last ${values['withinSeconds']} s of the log`} of ${logOwner(values)}`;
const nothingLogged = ({ withinSeconds }: Values): string =>
  withinSeconds === undefined ? 'the log is empty' : `nothing was printed in these ${withinSeconds} s`;

function dnsExpected(name: string, expect: string): string {
  if (expect === 'unknown') return `nobody knows the name ${name}`;
  return expect === 'any' ? `${name} resolves` : `${name} gives the addresses of ${expect}`;
}

/** The sentences of the verdict inside a trial's. */
function innerOf(values: Values): { readonly expected: string; readonly observed: string } {
  return describeVerdict({ outcome: 'unmet', code: String(values['inner']), values });
}

/** Expected and observed, as the screen shows them. A code without sentences is our bug and throws. */
export function describeVerdict(verdict: Verdict): { readonly expected: string; readonly observed: string } {
  const sentence = sentences[verdict.code];
  if (!sentence) throw new Error(`no sentences for the verdict ${verdict.code}`);
  return sentence(verdict.values);
}
