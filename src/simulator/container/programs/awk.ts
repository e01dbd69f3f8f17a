// awk
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { decode } from '../text.ts';
import { AwkInterpreter } from './awk-interpreter.ts';
import { AwkMistake, parseAwk } from './awk-syntax.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { failedCall, programName } from './wording.ts';

export function* awk(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'F:v:f:e:', { stops: true });
  const operands = [...options.operands];
  const sources = [...(options.values.get('e') ?? [])];
  for (const file of options.values.get('f') ?? []) {
    try {
      sources.push(decode(process.readFile(file)));
    } catch (thrown) {
      yield* process.complain(`awk: can't open '${file}': ${failedCall(thrown).message}\n`);
      return 1;
    }
  }
  if (sources.length === 0) {
    const script = operands.shift();
    if (options.problem || script === undefined)
      return yield* complainOfUsage(process, argv, options.problem, '[OPTIONS] [AWK_PROGRAM] [FILE]...');
    sources.push(script);
  }
  try {
    const interpreter = new AwkInterpreter(process, parseAwk(sources.join('\n')), [programName(argv), ...operands]);
    for (const assignment of options.values.get('v') ?? []) interpreter.assignFromText(assignment);
    const separator = options.values.get('F')?.at(-1);
    if (separator !== undefined) interpreter.assignFromText(`FS=${separator === 't' ? '\t' : separator}`);
    return yield* interpreter.run();
  } catch (thrown) {
    if (!(thrown instanceof AwkMistake)) throw thrown;
    yield* process.complain(`awk: cmd. line:1: ${thrown.message}\n`);
    return 1;
  }
}
