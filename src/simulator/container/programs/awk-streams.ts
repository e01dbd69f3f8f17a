// Files and commands that an awk script writes to and reads from by name.
import type { Blocking } from '../blocking.ts';
import { forAppending, forReading, forWriting } from '../filesystem.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import { Pipe } from '../pipe.ts';
import type { Process } from '../process.ts';
import { AwkInput } from './awk-input.ts';
import type { AwkRedirect } from './awk-syntax.ts';

export class AwkStreams {
  private readonly process: Process;
  private readonly outputs = new Map<string, { file: OpenFile; child: Process | undefined }>();
  private readonly inputs = new Map<string, AwkInput>();

  constructor(process: Process) {
    this.process = process;
  }

  /** Where print goes that is redirected; opened once. */
  output(kind: AwkRedirect['kind'], name: string): OpenFile {
    const known = this.outputs.get(name);
    if (known) return known.file;
    if (kind !== '|') {
      const standard = { '/dev/stdout': 1, '/dev/stderr': 2, '-': 1 }[name];
      const file = standard === undefined ? this.process.open(name, kind === '>' ? forWriting : forAppending) : this.process.file(standard);
      this.outputs.set(name, { file: retain(file), child: undefined });
      return file;
    }
    const pipe = new Pipe();
    const child = this.process.fork(['sh', '-c', name]);
    child.setDescriptor(0, pipe.reader);
    child.run(child.execute(['sh', '-c', name]));
    this.outputs.set(name, { file: retain(pipe.writer), child });
    return pipe.writer;
  }

  /** What getline reads from; opened once. Throws Errno when it can't be. */
  input(source: string, isCommand: boolean): AwkInput {
    const known = this.inputs.get(source);
    if (known) return known;
    let file: OpenFile;
    if (isCommand) {
      const pipe = new Pipe();
      const child = this.process.fork(['sh', '-c', source]);
      child.setDescriptor(1, pipe.writer);
      child.run(child.execute(['sh', '-c', source]));
      file = pipe.reader;
    } else file = source === '-' ? this.process.file(0) : this.process.open(source, forReading);
    const input = new AwkInput(this.process, [], undefined, file);
    this.inputs.set(source, input);
    return input;
  }

  /** Closes what was opened under a name; gives the command's exit code. */
  *close(name: string): Blocking<number> {
    const output = this.outputs.get(name);
    const input = this.inputs.get(name);
    this.outputs.delete(name);
    this.inputs.delete(name);
    input?.close();
    if (!output) return input ? 0 : -1;
    release(output.file);
    return output.child ? yield* this.process.waitFor(output.child) : 0;
  }

  /** Closes all that is written to, and waits for the commands. */
  *closeAll(): Blocking {
    for (const name of [...this.outputs.keys()]) yield* this.close(name);
  }
}
