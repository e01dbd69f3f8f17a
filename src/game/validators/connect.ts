// The objective type `connect`: a pod reaches a target, or doesn't, by a wget or nc run in it. It opens a connection of its own with a short limit:
// an old one may hang for a minute after a right repair.
import type { Pod } from '../../apimachinery/objects.ts';
import type { ExecResult, ObjectReference } from '../../cluster/kubernetes-api.ts';
import type { ObjectiveParameters } from '../level.ts';
import { formatReference, parseReference } from '../object-reference.ts';
import type { Verdict } from '../verdict.ts';
import { podState } from './pod-state.ts';
import type { Validator } from './validator.ts';

type Parameters = ObjectiveParameters['connect'];

const connectSeconds = 2;
/** A name server that can't be reached keeps a client waiting longer than its own limit. */
const execTimeoutMs = 8000;

export const connect: Validator<Parameters> = {
  runs: true,
  watches: ({ from }, namespace) => [parseReference(from, namespace)!],
  async judge(parameters, { api, objects, namespace }) {
    const from = parseReference(parameters.from, namespace)!;
    const values = {
      expect: parameters.expect,
      to: parameters.to,
      ...(parameters.body && { body: parameters.body }),
      from: formatReference(from, namespace),
    };
    const pod = objects.get(from) as Pod | undefined;
    const state = podState(pod);
    if (state !== undefined) return { outcome: 'unmet', code: 'connect.no-client', values: { ...values, state } };
    const tool = parameters.to.includes('://') ? 'wget' : 'nc';
    const result = await api.exec({
      namespace: from.namespace,
      pod: from.name,
      ...(parameters.container && { container: parameters.container }),
      command: commandFor(parameters.to),
      timeoutMs: execTimeoutMs,
    });
    return judgeResult(parameters, result, { ...values, tool }, from);
  },
};

function commandFor(target: string): string[] {
  if (target.includes('://')) return ['wget', '-q', '-O-', '-T', String(connectSeconds), target];
  const [host, port] = [target.slice(0, target.lastIndexOf(':')), target.slice(target.lastIndexOf(':') + 1)];
  return ['nc', '-v', '-z', '-w', String(connectSeconds), host, port];
}

function judgeResult(parameters: Parameters, result: ExecResult, values: Verdict['values'], from: ObjectReference): Verdict {
  const found = outcomeOf(result, parameters.to);
  if (found.code === 'connect.unclear') {
    const isToolMissing = /executable file not found/.test(result.failure ?? '');
    return {
      outcome: 'unknown',
      code: isToolMissing ? 'connect.no-tool' : found.code,
      values: { ...values, ...found.values, from: from.name },
    };
  }
  if (found.code === 'connect.answered' && parameters.expect === 'reached' && parameters.body && !result.stdout.includes(parameters.body)) {
    return { outcome: 'unmet', code: 'connect.other-answer', values: { ...values, ...found.values } };
  }
  return {
    outcome: codesMet[parameters.expect].includes(found.code) ? 'met' : 'unmet',
    code: found.code,
    values: { ...values, ...found.values },
  };
}

const codesMet: Record<Parameters['expect'], readonly string[]> = {
  reached: ['connect.answered'],
  blocked: ['connect.timed-out'],
  refused: ['connect.refused'],
  'unknown-host': ['connect.unknown-host'],
};

/** Reads what busybox's and GNU's wget and nc say. */
function outcomeOf(result: ExecResult, target: string): Pick<Verdict, 'code' | 'values'> {
  const { exitCode, stdout, stderr } = result;
  if (result.timedOut) return { code: 'connect.timed-out', values: { seconds: execTimeoutMs / 1000 } };
  if (exitCode === undefined) return { code: 'connect.unclear', values: { text: lastLine(result.failure ?? stderr) } };
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
  return { code: 'connect.unclear', values: { text: lastLine(stderr) || `exit code ${exitCode}` } };
}

function hostOf(target: string): string {
  return target.includes('://') ? new URL(target).hostname : target.slice(0, target.lastIndexOf(':'));
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.slice(0, 200);
}
