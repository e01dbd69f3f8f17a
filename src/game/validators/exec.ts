// The objective type `exec`: a command in a container exits as it should, and prints what it should.
import type { ObjectiveParameters } from '../objective-types.ts';
import { podSelections, runnablePod } from './pods.ts';
import type { Validator } from './validator.ts';

const timeoutMs = 10_000;

export const exec: Validator<ObjectiveParameters['exec']> = {
  runs: true,
  watches: (parameters, namespace) => podSelections(parameters.in, namespace),
  async judge(parameters, { api, objects, namespace }) {
    const found = runnablePod(parameters.in, objects, namespace);
    if ('state' in found) return { outcome: 'unmet', code: 'exec.no-pod', values: { pod: parameters.in, state: found.state } };
    const { container, command, exitCode: wanted, stdout } = parameters;
    const { metadata } = found.pod;
    const result = await api.exec({
      namespace: metadata.namespace!,
      pod: metadata.name,
      ...(container && { container }),
      command,
      timeoutMs,
    });
    const values = { command: asTyped(command), wanted, ...(stdout && { stdout }) };
    if (result.exitCode === undefined) {
      const text = result.timedOut ? `it didn't end within ${timeoutMs / 1000} s` : (result.failure ?? 'it could not be run');
      return { outcome: 'unknown', code: 'exec.unclear', values: { ...values, text } };
    }
    const isMet = result.exitCode === wanted && (!stdout || result.stdout.includes(stdout));
    const printed = lastSaid(result.stdout || result.stderr).slice(0, 200);
    return { outcome: isMet ? 'met' : 'unmet', code: 'exec.printed', values: { ...values, exitCode: result.exitCode, printed } };
  },
};

/** The last line that stands for itself: an indented one goes on with the one before. */
function lastSaid(text: string): string {
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => !/^\s/.test(line)) ?? lines.at(-1)!).trim();
}

/** As it would be typed; of a shell only what it is given to run. */
function asTyped(command: readonly string[]): string {
  const [shell = '', option, script] = command;
  if (script !== undefined && command.length === 3 && /^(\/bin\/)?(ba)?sh$/.test(shell) && option === '-c') return script.trim();
  return command.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (word.includes("'") && !/["$`\\!]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
