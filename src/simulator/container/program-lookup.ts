// From a name and a PATH to the program that runs: what execvp and the kernel's binfmt do.
import { Errno } from './errno.ts';
import { mayAccess } from './filesystem.ts';
import type { FileInode, Inode } from './inode.ts';
import type { Process, Program } from './process.ts';
import { decode } from './text.ts';

/** The program that an image's file names (FileInode.program), or undefined: it isn't simulated. */
export type ProgramNamed = (name: string) => Program | undefined;

/** Remembers what was found, until a name or mode changes anywhere in the container. */
export class ProgramCache {
  private readonly programNamed: ProgramNamed;
  private readonly found = new Map<string, Program>();
  private generation = -1;

  constructor(programNamed: ProgramNamed) {
    this.programNamed = programNamed;
  }

  find(process: Process, name: string, path: string): Program {
    const { files } = process.kernel;
    if (this.generation !== files.generation) {
      this.found.clear();
      this.generation = files.generation;
    }
    const key = `${process.credentials.uid} ${path} ${name}`;
    const isSearched = !name.includes('/');
    const known = isSearched && path.startsWith('/') ? this.found.get(key) : undefined;
    if (known) return known;
    const { inode, file } = locate(process, name, path);
    const program = this.programOf(inode, file);
    if (isSearched) this.found.set(key, program);
    return program;
  }

  private programOf(inode: FileInode, file: string): Program {
    if (inode.program === undefined) return interpreted(inode, file);
    return this.programNamed(inode.program) ?? notSimulated(file);
  }
}

/** The file that a command name means, or undefined: `which`, `command -v`. */
export function whichFile(process: Process, name: string, path: string): string | undefined {
  try {
    return locate(process, name, path).file;
  } catch (thrown) {
    if (thrown instanceof Errno) return undefined;
    throw thrown;
  }
}

function locate(process: Process, name: string, path: string): { inode: FileInode; file: string } {
  if (name === '') throw new Errno('ENOENT');
  let isDenied = false;
  for (const directory of name.includes('/') ? [''] : path.split(':')) {
    const file = name.includes('/') ? name : `${directory || '.'}/${name}`;
    let inode: Inode | undefined;
    try {
      inode = process.kernel.files.find(process, file).inode;
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      isDenied ||= thrown.code === 'EACCES';
      if (name.includes('/') && thrown.code === 'ENOTDIR') throw thrown;
      continue;
    }
    if (!inode) continue;
    if (inode.type === 'file' && mayAccess(process.credentials, inode, 'execute')) return { inode, file };
    isDenied = true;
  }
  throw new Errno(isDenied ? 'EACCES' : 'ENOENT');
}

/** A script: what its first line names runs it. */
function interpreted(inode: FileInode, file: string): Program {
  const head = decode(inode.content.read(0, 256) ?? new Uint8Array(0));
  const interpreter = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*))?\n/.exec(head);
  if (!interpreter) throw new Errno('ENOEXEC');
  const words = [interpreter[1]!, ...(interpreter[2] ? [interpreter[2].trim()] : [])];
  return function* (process, argv) {
    const line = [...words, file, ...argv.slice(1)];
    const program = process.kernel.findProgram(process, words[0]!, '');
    process.argv = line;
    return yield* program(process, line);
  };
}

function notSimulated(file: string): Program {
  return function* (process) {
    yield* process.complain(`${file}: this program is not simulated in this cluster\n`);
    return 127;
  };
}
