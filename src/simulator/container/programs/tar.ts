// tar: what `kubectl cp` runs in a container, both ways, and what people type.
import type { Blocking } from '../blocking.ts';
import { hasCapability } from '../credentials.ts';
import { forReading, forWriting } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { sizeOf } from '../inode.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { concatenate } from '../text.ts';
import { isPacked, pack, unpack } from './gzip.ts';
import { readAllOf, readSome } from './inputs.ts';
import { modeText } from './mode.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { OwnerNames } from './owner-names.ts';
import { blockBytes, padding, readTarHeader, type TarEntry, writeTarHeader } from './tar-header.ts';
import { formatTime } from './time-format.ts';
import { failedCall, isGnu, joinPath, lastName } from './wording.ts';

const long = {
  create: 'c',
  extract: 'x',
  get: 'x',
  list: 't',
  verbose: 'v',
  file: 'f',
  directory: 'C',
  gzip: 'z',
  'to-stdout': 'O',
  'no-same-owner': 'o',
  'same-permissions': 'p',
  'no-same-permissions': 'm',
  overwrite: 'k',
  exclude: 'E',
  'strip-components': 'S',
  'no-overwrite-dir': 'o',
  warning: 'W',
  touch: 'm',
  dereference: 'h',
  'no-recursion': 'n',
};

export function* tar(process: Process, argv: readonly string[]): Blocking<number> {
  // The first word needs no minus: tar xf.
  const words = argv[1] !== undefined && /^[a-zA-Z]+$/.test(argv[1]) ? [argv[0]!, `-${argv[1]}`, ...argv.slice(2)] : argv;
  const options = parseOptions(words, 'cxtvf:C:zOopmkhnE:S:W:', { long });
  const { flags } = options;
  const mode = (['c', 'x', 't'] as const).filter((letter) => flags.has(letter));
  if (options.problem || mode.length !== 1) {
    return yield* complainOfUsage(
      process,
      argv,
      options.problem,
      'c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...',
    );
  }
  const job = new TarJob(process, flags, {
    exclude: options.values.get('E') ?? [],
    strip: Number(optionValue(options, 'S') ?? 0),
    directory: optionValue(options, 'C'),
  });
  const archive = optionValue(options, 'f') ?? '-';
  if (mode[0] === 'c') return yield* job.create(archive, options.operands);
  return yield* job.extract(archive, options.operands, mode[0] === 't' ? 'list' : 'extract');
}

interface TarSettings {
  readonly exclude: readonly string[];
  readonly strip: number;
  readonly directory: string | undefined;
}

class TarJob {
  private readonly process: Process;
  private readonly flags: ReadonlySet<string>;
  private readonly settings: TarSettings;
  private status = 0;
  private isRootTold = false;
  private output: OpenFile | undefined;
  private compressed: Uint8Array[] | undefined;

  constructor(process: Process, flags: ReadonlySet<string>, settings: TarSettings) {
    this.process = process;
    this.flags = flags;
    this.settings = settings;
  }

  *create(archive: string, paths: readonly string[]): Blocking<number> {
    const { process, flags, settings } = this;
    if (paths.length === 0) {
      yield* process.complain(isGnu(process) ? 'tar: Cowardly refusing to create an empty archive\n' : 'tar: empty archive\n');
      return isGnu(process) ? 2 : 1;
    }
    try {
      this.output = retain(archive === '-' ? process.file(1) : process.open(archive, forWriting));
      if (settings.directory !== undefined) yield* this.enter(settings.directory);
    } catch (thrown) {
      yield* process.complain(`tar: can't open '${archive}': ${failedCall(thrown).message}\n`);
      return 1;
    }
    if (flags.has('z')) this.compressed = [];
    for (const path of paths) yield* this.add(path);
    yield* this.put(new Uint8Array(blockBytes * 2));
    if (this.compressed) yield* this.output.write!(process, pack(concatenate(this.compressed)));
    release(this.output);
    if (this.status !== 0)
      yield* process.complain(
        isGnu(process) ? 'tar: Exiting with failure status due to previous errors\n' : 'tar: error exit delayed from previous errors\n',
      );
    return this.status;
  }

  private *put(bytes: Uint8Array): Blocking {
    if (this.compressed) this.compressed.push(bytes.slice());
    else yield* this.output!.write!(this.process, bytes);
  }

  private *enter(directory: string): Blocking {
    const { files } = this.process.kernel;
    const { path, inode } = files.find(this.process, directory);
    if (inode?.type !== 'directory') {
      yield* this.process.complain(`tar: can't change directory to '${directory}': No such file or directory\n`);
      this.process.finish(1);
      return;
    }
    this.process.workingDirectory = path;
  }

  private *add(path: string): Blocking {
    const { process, flags } = this;
    if (this.settings.exclude.some((pattern) => pattern === path || pattern === lastName(path))) return;
    try {
      if (isGnu(process)) yield* this.tellOfRoot(path);
      const inode = process.kernel.files.stat(process, path, flags.has('h') ? 'follow' : 'keep');
      yield* this.tellOfRoot(path);
      if (inode.type === 'device') return;
      const name = path.replace(/^\/+/, '') || './';
      // Opened before its header is written, so that what can't be read leaves no half entry.
      const file = inode.type === 'file' ? retain(process.open(path, forReading)) : undefined;
      try {
        if (flags.has('v')) yield* process.complain(`${name}${inode.type === 'directory' && !name.endsWith('/') ? '/' : ''}\n`);
        yield* this.put(writeTarHeader(this.entryOf(name, inode)));
        if (file) yield* this.content(file, sizeOf(inode));
      } finally {
        if (file) release(file);
      }
      if (inode.type !== 'directory') return;
      for (const child of process.kernel.files.readDirectory(process, path)) yield* this.add(joinPath(path, child));
    } catch (thrown) {
      const { message } = failedCall(thrown);
      yield* process.complain(
        isGnu(process)
          ? `tar: ${path}: Cannot ${message.startsWith('No such') ? 'stat' : 'open'}: ${message}\n`
          : `tar: ${path}: ${message}\n`,
      );
      this.status = isGnu(process) ? 2 : 1;
    }
  }

  /** Says once that no name in the archive begins with a slash: GNU's before it looks for the file, busybox's when it is there. */
  private *tellOfRoot(path: string): Blocking {
    if (!path.startsWith('/') || this.isRootTold) return;
    this.isRootTold = true;
    yield* this.process.complain(
      isGnu(this.process) ? "tar: Removing leading `/' from member names\n" : "tar: removing leading '/' from member names\n",
    );
  }

  private *content(file: OpenFile, size: number): Blocking {
    let missing = size;
    while (missing > 0) {
      const bytes = yield* readSome(this.process, file, Math.min(missing, 65536));
      if (!bytes) break;
      missing -= bytes.length;
      yield* this.put(bytes);
    }
    yield* this.put(new Uint8Array(missing + padding(size)));
  }

  private entryOf(name: string, inode: Inode): TarEntry {
    const owners = new OwnerNames(this.process);
    const isDirectory = inode.type === 'directory';
    return {
      name: isDirectory && !name.endsWith('/') ? `${name}/` : name,
      type: isDirectory ? 'directory' : inode.type === 'link' ? 'link' : 'file',
      linkTarget: inode.type === 'link' ? inode.target : '',
      mode: inode.mode,
      uid: inode.uid,
      gid: inode.gid,
      size: inode.type === 'file' ? sizeOf(inode) : 0,
      modifiedMs: inode.modifiedMs,
      user: owners.user(inode.uid) ?? '',
      group: owners.group(inode.gid) ?? '',
    };
  }

  *extract(archive: string, wanted: readonly string[], what: 'list' | 'extract'): Blocking<number> {
    const { process, settings } = this;
    let file: OpenFile;
    try {
      file = retain(archive === '-' ? process.file(0) : process.open(archive, forReading));
      if (settings.directory !== undefined) yield* this.enter(settings.directory);
    } catch (thrown) {
      yield* process.complain(`tar: can't open '${archive}': ${failedCall(thrown).message}\n`);
      return 1;
    }
    const source = new ArchiveReader(process, file);
    if (!(yield* source.open(this.flags.has('z')))) {
      const gnu = 'gzip: stdin: not in gzip format\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now\n';
      yield* process.complain(isGnu(process) ? gnu : 'tar: invalid magic\ntar: short read\n');
      return isGnu(process) ? 2 : 1;
    }
    const found = new Set<string>();
    let longName: string | undefined;
    let isEmpty = true;
    for (;;) {
      const block = yield* source.take(blockBytes);
      if (block.length === 0 && isEmpty && !isGnu(process)) {
        yield* process.complain('tar: short read\n');
        return 1;
      }
      if (block.length < blockBytes) break;
      isEmpty = false;
      if (block.every((byte) => byte === 0)) break;
      const header = readTarHeader(block);
      if (!header) {
        yield* process.complain(isGnu(process) ? 'tar: This does not look like a tar archive\n' : 'tar: invalid tar magic\n');
        return isGnu(process) ? 2 : 1;
      }
      if (header.type === 'long name' || header.type === 'attributes') {
        const body = yield* source.take(header.size);
        yield* source.take(padding(header.size));
        const text = new TextDecoder().decode(body);
        longName = header.type === 'long name' ? text.replace(/\0.*$/s, '') : (/\d+ path=([^\n]*)\n/.exec(text)?.[1] ?? longName);
        continue;
      }
      const entry = longName === undefined ? header : { ...header, name: longName };
      longName = undefined;
      const isWanted =
        wanted.length === 0 || wanted.some((path) => entry.name === path || entry.name.startsWith(`${path.replace(/\/$/, '')}/`));
      if (isWanted) for (const path of wanted) if (entry.name.startsWith(path.replace(/\/$/, ''))) found.add(path);
      if (isWanted && what === 'list') yield* process.print(`${this.listing(entry)}\n`);
      yield* this.unpack(entry, source, isWanted && what === 'extract');
    }
    for (const path of wanted) {
      if (found.has(path)) continue;
      yield* process.complain(isGnu(process) ? `tar: ${path}: Not found in archive\n` : `tar: ${path}: not found in archive\n`);
      this.status = isGnu(process) ? 2 : 1;
    }
    yield* source.drain();
    release(file);
    return this.status;
  }

  private listing(entry: TarEntry): string {
    if (!this.flags.has('v')) return entry.name;
    const inode = { type: entry.type === 'directory' ? 'directory' : entry.type === 'link' ? 'link' : 'file', mode: entry.mode } as Inode;
    const owner = `${entry.user || entry.uid}/${entry.group || entry.gid}`;
    return `${modeText(inode)} ${owner} ${String(entry.size).padStart(9)} ${formatTime('%Y-%m-%d %H:%M:%S', entry.modifiedMs)} ${entry.name}${entry.linkTarget ? ` -> ${entry.linkTarget}` : ''}`;
  }

  /** Reads an entry's content, and writes it where it belongs if it is wanted. */
  private *unpack(entry: TarEntry, source: ArchiveReader, isWanted: boolean): Blocking {
    const { process, flags, settings } = this;
    const path = entry.name.replace(/^\/+/, '').split('/').slice(settings.strip).join('/');
    let output: OpenFile | undefined;
    try {
      if (isWanted && path.replace(/[./]/g, '') !== '') {
        if (flags.has('v') && !flags.has('O')) yield* process.print(`${entry.name}\n`);
        if (flags.has('O')) output = entry.type === 'file' ? retain(process.file(1)) : undefined;
        else output = this.make(entry, path);
      }
    } catch (thrown) {
      const { message } = failedCall(thrown);
      yield* process.complain(
        isGnu(process)
          ? `tar: ${path}: Cannot open: ${message}\n`
          : `tar: can't ${entry.type === 'directory' ? 'create directory' : 'open'} '${path}': ${message}\n`,
      );
      this.status = isGnu(process) ? 2 : 1;
    }
    let missing = entry.size;
    while (missing > 0) {
      const bytes = yield* source.some(Math.min(missing, 65536));
      if (!bytes) break;
      missing -= bytes.length;
      if (output) yield* output.write!(process, bytes);
    }
    yield* source.take(padding(entry.size));
    if (!output || flags.has('O')) return;
    release(output);
    if (!flags.has('m')) process.kernel.files.touch(process, path, entry.modifiedMs);
  }

  private make(entry: TarEntry, path: string): OpenFile | undefined {
    const { process, flags } = this;
    const { files } = process.kernel;
    this.makeParents(path);
    if (entry.type === 'directory') {
      const directory = path.replace(/\/+$/, '');
      if (files.lookUp(process, directory)?.type !== 'directory') files.makeDirectory(process, directory, entry.mode & 0o777);
      this.own(entry, directory);
      return undefined;
    }
    const existing = files.lookUp(process, path, 'keep');
    if (existing && existing.type !== 'directory') files.removeFile(process, path);
    if (entry.type === 'link') {
      files.makeSymbolicLink(process, entry.linkTarget, path);
      return undefined;
    }
    const output = retain(process.open(path, { ...forWriting, mode: entry.mode & 0o777 }));
    this.own(entry, path);
    if (!flags.has('m') || hasCapability(process.credentials, 'FOWNER')) files.changeMode(process, path, entry.mode);
    return output;
  }

  private makeParents(path: string): void {
    const names = path.replace(/\/+$/, '').split('/').slice(0, -1);
    let made = '';
    for (const name of names) {
      made += made === '' ? name : `/${name}`;
      if (!this.process.kernel.files.lookUp(this.process, made)) this.process.kernel.files.makeDirectory(this.process, made, 0o755);
    }
  }

  private own(entry: TarEntry, path: string): void {
    const { process, flags } = this;
    if (!flags.has('o') && hasCapability(process.credentials, 'CHOWN'))
      process.kernel.files.changeOwner(process, path, { uid: entry.uid, gid: entry.gid });
  }
}

/** Reads an archive in the portions that are asked for. */
class ArchiveReader {
  private readonly process: Process;
  private readonly file: OpenFile;
  private buffer: Uint8Array = new Uint8Array(0);
  private isAtEnd = false;

  constructor(process: Process, file: OpenFile) {
    this.process = process;
    this.file = file;
  }

  /** Looks whether it is compressed, and unpacks it if so; false when it should be and isn't. */
  *open(isCompressed: boolean): Blocking<boolean> {
    yield* this.fill();
    if (!isCompressed && !isPacked(this.buffer)) return true;
    const rest = yield* readAllOf(this.process, this.file);
    const unpacked = unpack(concatenate([this.buffer, rest]));
    this.buffer = unpacked ?? this.buffer;
    this.isAtEnd = true;
    return unpacked !== undefined;
  }

  /** At most `max` bytes; undefined at the end. */
  *some(max: number): Blocking<Uint8Array | undefined> {
    if (this.buffer.length === 0 && !(yield* this.fill())) return undefined;
    const part = this.buffer.subarray(0, max);
    this.buffer = this.buffer.subarray(part.length);
    return part;
  }

  /** So many bytes, or fewer at the end. */
  *take(count: number): Blocking<Uint8Array> {
    const out = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const part = yield* this.some(count - at);
      if (!part) return out.subarray(0, at);
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** Reads what is left, so that the writer isn't cut off. */
  *drain(): Blocking {
    while ((yield* this.some(65536)) !== undefined);
  }

  private *fill(): Blocking<boolean> {
    if (this.isAtEnd) return false;
    const bytes = yield* readSome(this.process, this.file);
    if (bytes) this.buffer = bytes;
    else this.isAtEnd = true;
    return bytes !== undefined;
  }
}
