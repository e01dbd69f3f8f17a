// The interactive shell: prompts, reads, runs, until exit or ^D.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { Exit } from '../process.ts';
import { signalNumbers } from '../signals.ts';
import { Terminal } from '../terminal.ts';
import { decode } from '../text.ts';
import { jobLine } from './builtins/jobs.ts';
import { completions } from './completion.ts';
import { type EditedLine, editLine } from './line-editor.ts';
import type { Shell } from './shell.ts';
import { parseScript } from './syntax.ts';

const historyLength = 255;

/** Runs until the person leaves; gives the exit code. */
export function* runInteractive(shell: Shell): Blocking<number> {
  const { process } = shell;
  shell.isInteractive = true;
  shell.options.add('i');
  process.onSignal(signalNumbers.INT, () => {
    shell.isInterrupted = true;
  });
  process.onSignal(signalNumbers.TERM, 'ignore');
  process.onSignal(signalNumbers.QUIT, 'ignore');
  // Unlike ash: jobs can't be stopped with ^Z, only ended or put in the background from the start.
  process.onSignal(signalNumbers.TSTP, 'ignore');
  const history: string[] = [];
  return yield* shell.runToEnd(function* () {
    for (;;) {
      yield* reportJobs(shell);
      const command = yield* readCommand(shell, history);
      if (command === undefined) return shell.status;
      if (command.trim() !== '') yield* runLine(shell, command);
    }
  });
}

function* runLine(shell: Shell, command: string): Blocking {
  shell.isInterrupted = false;
  try {
    yield* shell.runText(command);
  } catch (thrown) {
    if (thrown instanceof Exit || shell.process.exitCode !== undefined) throw thrown;
    if (thrown instanceof Errno) {
      shell.status = 1;
      return;
    }
    shell.status = yield* shell.statusOf(thrown);
    // ^C stands alone on its line.
    if (shell.status === 130) yield* shell.process.complain('\n');
  }
}

/** A whole command, asking on with > as long as it is not; undefined at the end of input. */
function* readCommand(shell: Shell, history: string[]): Blocking<string | undefined> {
  let text = '';
  for (;;) {
    const isFirst = text === '';
    const line = yield* readLine(shell, isFirst ? promptOf(shell) : (shell.get('PS2') ?? '> '), history);
    if (line.kind === 'end') return isFirst ? undefined : text;
    if (line.kind === 'interrupted') {
      shell.status = 130;
      text = '';
      yield* reportJobs(shell);
      continue;
    }
    if (line.text.trim() !== '' && history.at(-1) !== line.text) history.push(line.text);
    if (history.length > historyLength) history.shift();
    text += isFirst ? line.text : `\n${line.text}`;
    if (text === '') return '';
    if (!parseScript(text).wantsMore) return text;
  }
}

function* readLine(shell: Shell, prompt: string, history: readonly string[]): Blocking<EditedLine> {
  const { process } = shell;
  const terminal = process.descriptors[0]?.terminal;
  if (terminal instanceof Terminal) {
    return yield* editLine(process, terminal, { prompt, history, complete: (text) => completions(shell, text) });
  }
  // `sh -i` without a terminal.
  yield* process.complain(prompt);
  let text = '';
  for (;;) {
    const byte = yield* process.read(0, 1);
    if (!byte) return text === '' ? { kind: 'end' } : { kind: 'line', text };
    const character = decode(byte);
    if (character === '\n') return { kind: 'line', text };
    text += character;
  }
}

function promptOf(shell: Shell): string {
  const { process, dialect } = shell;
  const home = shell.get('HOME');
  const { workingDirectory } = process;
  const isHome = home !== undefined && home !== '/' && (workingDirectory === home || workingDirectory.startsWith(`${home}/`));
  const directory = isHome ? `~${workingDirectory.slice(home.length)}` : workingDirectory;
  const isRoot = process.credentials.uid === 0;
  const given = shell.get('PS1');
  if (given === undefined)
    return dialect.prompt({ directory, isRoot, hostname: process.kernel.hostname, user: isRoot ? 'root' : 'I have no name!' });
  const marks: Readonly<Record<string, string>> = {
    w: directory,
    W: directory.slice(directory.lastIndexOf('/') + 1),
    h: process.kernel.hostname,
    u: shell.get('USER') ?? 'root',
    $: isRoot ? '#' : '$',
    n: '\n',
    '\\': '\\',
  };
  return given.replace(/\\([\s\S])/g, (whole, mark: string) => marks[mark] ?? whole);
}

function* reportJobs(shell: Shell): Blocking {
  for (const job of shell.jobs) if (job.process.exitCode !== undefined) yield* shell.process.complain(jobLine(shell, job));
  shell.jobs = shell.jobs.filter(({ process }) => process.exitCode === undefined);
}
