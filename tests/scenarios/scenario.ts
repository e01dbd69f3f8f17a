// A scenario file: steps that a person takes with kubectl, and what a real cluster printed.
//
//     # title: what it is about        (lines that begin with "# " are comments, everywhere)
//     # serial                         (it touches nodes or priorities: nothing else runs meanwhile)
//     $ command                        run by bash -c, compared; it goes on up to the next line with a mark
//     $[set] command                   the same, with its lines sorted and without repeated ones
//     ~ command                        run, not compared
//     ? 60s command                    run until it exits 0, for 60 s at most
//     > a line of stdout   ! a line of stderr   = exit status, if not 0
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface Step {
  readonly mark: '$' | '~' | '?';
  readonly isSet: boolean;
  readonly command: string;
  readonly expected: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** It touches what is the whole cluster's. */
  readonly isSerial: boolean;
  readonly steps: readonly Step[];
}

/** Reads a scenario file. */
export function readScenario(file: string): Scenario {
  const text = readFileSync(file, 'utf8');
  const steps: { mark: Step['mark']; isSet: boolean; command: string[]; expected: string[] }[] = [];
  for (const line of text.split('\n')) {
    const start = /^([$~?])(?:\[(\w+)\])? (.*)/.exec(line);
    const step = steps.at(-1);
    if (start) steps.push({ mark: start[1] as Step['mark'], isSet: start[2] === 'set', command: [start[3] as string], expected: [] });
    else if (line.startsWith('# ') || line === '#') continue;
    else if (step && /^[>!=]( |$)/.test(line)) step.expected.push(line.trimEnd());
    else if (step) step.command.push(line);
    else if (line.trim()) throw new Error(`${file}: not a step: ${line}`);
  }
  return {
    name: basename(file, '.scenario'),
    title: /^# title: (.*)$/m.exec(text)?.[1] ?? '',
    isSerial: text.includes('# serial\n'),
    steps: steps.map((step) => ({ ...step, command: step.command.join('\n').trimEnd() })),
  };
}
