// The objective type `exec`: a command in a container exits as it should, and prints what it should.
import type { Pod } from '../../apimachinery/objects.ts';
import type { ObjectiveParameters } from '../level.ts';
import { formatReference, parseReference } from '../object-reference.ts';
import { podState } from './pod-state.ts';
import type { Validator } from './validator.ts';

const timeoutMs = 10_000;

export const exec: Validator<ObjectiveParameters['exec']> = {
  runs: true,
  watches: (parameters, namespace) => [parseReference(parameters.in, namespace)!],
  async judge(parameters, { api, objects, namespace }) {
    const reference = parseReference(parameters.in, namespace)!;
    const state = podState(objects.get(reference) as Pod | undefined);
    if (state !== undefined)
      return { outcome: 'unmet', code: 'exec.no-pod', values: { pod: formatReference(reference, namespace), state } };
    const { container, command, exitCode: wanted, stdout } = parameters;
    const result = await api.exec({
      namespace: reference.namespace,
      pod: reference.name,
      ...(container && { container }),
      command,
      timeoutMs,
    });
    const values = { command: command.join(' '), wanted, ...(stdout && { stdout }) };
    if (result.exitCode === undefined) {
      const text = result.timedOut ? `it didn't end within ${timeoutMs / 1000} s` : (result.failure ?? 'it could not be run');
      return { outcome: 'unknown', code: 'exec.unclear', values: { ...values, text } };
    }
    const isMet = result.exitCode === wanted && (!stdout || result.stdout.includes(stdout));
    const printed = (result.stdout || result.stderr).trim().split('\n').at(-1)!.slice(0, 200);
    return { outcome: isMet ? 'met' : 'unmet', code: 'exec.printed', values: { ...values, exitCode: result.exitCode, printed } };
  },
};
