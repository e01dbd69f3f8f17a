// The objective type `connect`: a pod reaches a target, or doesn't, by a wget or nc run in it. It opens a connection of its own with a short limit:
// an old one may hang for a minute after a right repair.
import type { Ingress, Node, Service } from '../../apimachinery/objects.ts';
import type { ExecResult, ObjectReference, Selection } from '../../cluster/kubernetes-api.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import type { Verdict } from '../verdict.ts';
import { podSelections, runnablePod } from './pods.ts';
import type { ObservedObjects, Validator, ValidatorContext } from './validator.ts';

type Parameters = ObjectiveParameters['connect'];
type Attempt = Pick<Verdict, 'code' | 'values'> & { readonly stdout: string };

const connectSeconds = 2;
/** A name server that can't be reached keeps a client waiting longer than its own limit. */
const execTimeoutMs = 8000;

export const connect: Validator<Parameters> = {
  runs: true,
  watches: ({ from, to }, namespace) => [...podSelections(from, namespace), ...targetSelections(to, namespace)],
  async judge(parameters, context) {
    const { from, expect, body, times = 1 } = parameters;
    const tool = parameters.to.includes('://') ? 'wget' : 'nc';
    const target = fillIn(parameters.to, context.objects, context.namespace);
    const named = {
      expect,
      to: shownTarget(parameters, target),
      from,
      tool,
      times,
      ...(body && { body }),
      ...(parameters.answers && { answers: parameters.answers }),
    };
    const found = runnablePod(from, context.objects, context.namespace);
    if ('state' in found) return { outcome: 'unmet', code: 'connect.no-client', values: { ...named, state: found.state } };
    if (target === undefined) {
      const isIngress = /\{ingress:/.test(parameters.to);
      return { outcome: 'unmet', code: isIngress ? 'connect.no-ingress' : 'connect.no-target', values: named };
    }
    const attempts: Attempt[] = [];
    for (let count = 0; count < times; count++) {
      const attempt = await tryOnce(parameters, target, found.pod.metadata.namespace!, found.pod.metadata.name, context);
      const outcome = outcomeOf(attempt, parameters);
      if (outcome !== 'met') return { outcome, code: codeOf(attempt, parameters), values: { ...named, ...attempt.values } };
      attempts.push(attempt);
    }
    return compareAnswers(attempts, parameters, named);
  },
};

/** What the player reads: the host that is asked for, where there is one, and no braces. */
function shownTarget({ to, host }: Parameters, target: string | undefined): string {
  if (host !== undefined) return to.replace(/^(https?:\/\/)[^/]+/, `$1${host}`);
  return (
    target ??
    to
      .replace(/\{node\}/g, 'a worker')
      .replace(/\{nodePort:[^}]+\}/g, 'its node port')
      .replace(ingressPlace, 'the ingress $1')
  );
}

/** Stands for the address that an ingress's controller wrote into its status. */
const ingressPlace = /\{ingress:([\w.-]+)\}/g;

function targetSelections(to: string, namespace: string): Selection[] {
  const nodes = /\{node\}/.test(to) ? [{ apiVersion: 'v1', kind: 'Node', namespace: '' }] : [];
  const services = [...to.matchAll(/\{nodePort:([\w./-]+)\}/g)].map(([, name]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    namespace: serviceNamed(name!, namespace).namespace,
  }));
  const ingresses = [...to.matchAll(ingressPlace)].map(([, name]) => parseReference(`ingress/${name}`, namespace)!);
  return [...nodes, ...services, ...ingresses.map(({ apiVersion, kind, namespace }) => ({ apiVersion, kind, namespace }))];
}

/** "shop", "service/shop" or "partners/service/shop". */
function serviceNamed(name: string, namespace: string): ObjectReference {
  return parseReference(name.includes('/') ? name : `service/${name}`, namespace)!;
}

/** Puts a worker's address, node ports and ingresses' addresses in; undefined when the cluster has none. */
function fillIn(to: string, objects: ObservedObjects, namespace: string): string | undefined {
  const nodes = objects.list({ apiVersion: 'v1', kind: 'Node', namespace: '' }) as readonly Node[];
  const worker = nodes.find(({ metadata }) => metadata.labels?.['node-role.kubernetes.io/control-plane'] === undefined) ?? nodes[0];
  const address = worker?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  let target: string | undefined = to.replaceAll('{node}', address ?? '');
  for (const [whole, name] of to.matchAll(/\{nodePort:([\w./-]+)\}/g)) {
    const service = objects.get(serviceNamed(name!, namespace)) as Service | undefined;
    const port = service?.spec?.ports?.find(({ nodePort }) => nodePort)?.nodePort;
    target = port === undefined ? undefined : target?.replace(whole, String(port));
  }
  for (const [whole, name] of to.matchAll(ingressPlace)) {
    const ingress = objects.get(parseReference(`ingress/${name}`, namespace)!) as Ingress | undefined;
    const door = ingress?.status?.loadBalancer?.ingress?.[0];
    const at = door?.ip ?? door?.hostname;
    target = at === undefined ? undefined : target?.replace(whole, at);
  }
  return target;
}

async function tryOnce(
  { container, host }: Parameters,
  target: string,
  namespace: string,
  pod: string,
  { api }: ValidatorContext,
): Promise<Attempt> {
  const result = await api.exec({
    namespace,
    pod,
    ...(container && { container }),
    command: commandFor(target, host),
    timeoutMs: execTimeoutMs,
  });
  return { ...readResult(result, target), stdout: result.stdout };
}

function commandFor(target: string, host: string | undefined): string[] {
  if (target.includes('://'))
    return ['wget', '-q', '-O-', '-T', String(connectSeconds), ...(host ? ['--header', `Host: ${host}`] : []), target];
  const at = target.lastIndexOf(':');
  return ['nc', '-v', '-z', '-w', String(connectSeconds), target.slice(0, at), target.slice(at + 1)];
}

const codesMet: Record<Parameters['expect'], readonly string[]> = {
  reached: ['connect.answered'],
  blocked: ['connect.timed-out'],
  refused: ['connect.refused'],
  'unknown-host': ['connect.unknown-host'],
  unreachable: ['connect.unreachable', 'connect.refused', 'connect.timed-out', 'connect.unknown-host'],
};

function outcomeOf(attempt: Attempt, { expect, body }: Parameters): Verdict['outcome'] {
  if (attempt.code === 'connect.unclear' || attempt.code === 'connect.no-tool') return 'unknown';
  if (expect === 'reached' && body !== undefined && !attempt.stdout.includes(body)) return 'unmet';
  return codesMet[expect].includes(attempt.code) ? 'met' : 'unmet';
}

function codeOf(attempt: Attempt, { expect, body }: Parameters): string {
  const isOther = attempt.code === 'connect.answered' && expect === 'reached' && body !== undefined;
  return isOther ? 'connect.other-answer' : attempt.code;
}

/** With several attempts: whether one or several gave the answers. */
function compareAnswers(attempts: readonly Attempt[], { answers }: Parameters, named: Verdict['values']): Verdict {
  const last = attempts.at(-1)!;
  const different = new Set(attempts.map(({ stdout }) => stdout.trim())).size;
  const values = { ...named, ...last.values, different };
  if (answers === 'same' && different > 1) return { outcome: 'unmet', code: 'connect.answers-differ', values };
  if (answers === 'different' && different === 1) return { outcome: 'unmet', code: 'connect.answers-same', values };
  return { outcome: 'met', code: last.code, values };
}

/** Reads what busybox's and GNU's wget and nc say. */
function readResult(result: ExecResult, target: string): Pick<Verdict, 'code' | 'values'> {
  const { exitCode, stdout, stderr } = result;
  if (result.timedOut) return { code: 'connect.timed-out', values: { seconds: execTimeoutMs / 1000 } };
  if (exitCode === undefined) return unclear(result.failure ?? stderr);
  if (exitCode === 0) return { code: 'connect.answered', values: { answer: lastLine(stdout) || 'connected' } };
  if (/timed out/i.test(stderr)) return { code: 'connect.timed-out', values: { seconds: connectSeconds } };
  if (/refused/i.test(stderr)) return { code: 'connect.refused', values: {} };
  if (/no route to host/i.test(stderr)) return { code: 'connect.unreachable', values: {} };
  if (/bad address|not known|unable to resolve|could not resolve/i.test(stderr))
    return { code: 'connect.unknown-host', values: { host: hostOf(target) } };
  const error = /HTTP\/[\d.]+ (\d{3}.*)/.exec(stderr)?.[1];
  if (error) return { code: 'connect.http-error', values: { answer: error } };
  // busybox nc says nothing at all when it is refused.
  if (exitCode === 1 && stderr.trim() === '' && !target.includes('://')) return { code: 'connect.refused', values: {} };
  if (exitCode === 1 && /error getting response|reset by peer/i.test(stderr))
    return { code: 'connect.reset', values: { text: lastLine(stderr) } };
  return unclear(stderr || `exit code ${exitCode}`);
}

function unclear(text: string): Pick<Verdict, 'code' | 'values'> {
  return { code: /executable file not found/.test(text) ? 'connect.no-tool' : 'connect.unclear', values: { text: lastLine(text) } };
}

function hostOf(target: string): string {
  return target.includes('://') ? new URL(target).hostname : target.slice(0, target.lastIndexOf(':'));
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.slice(0, 200);
}
