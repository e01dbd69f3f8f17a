// nginx: its command line, its master and worker, its logs and signals. What it serves: nginx-serve.ts; its language: nginx-config.ts.
import type { Listener } from '../../../network/connection.ts';
import { type Blocking, parkInterruptibly, Waiters } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { forAppending } from '../../filesystem.ts';
import type { OpenFile } from '../../open-file.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { decode, encode } from '../../text.ts';
import { binaryText } from '../network/binary-text.ts';
import { logDate, slashDate } from '../network/http-message.ts';
import { optionValue, optionValues, parseOptions } from '../network/options.ts';
import { listenAt } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import {
  type Directive,
  interpretNginxConfig,
  type NginxConfig,
  NginxConfigError,
  readNginxConfig,
  readNginxDirectives,
} from './nginx-config.ts';
import { answer, type NginxFacts, variable } from './nginx-serve.ts';
import { findUpstreams, type LoadedConfig } from './nginx-upstreams.ts';

const defaultConfig = '/etc/nginx/nginx.conf';

export const nginx: Program = function* (process, argv) {
  const version = /nginx\/(\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? 'nginx'))?.[1] ?? '1.27.5';
  const parsed = parseOptions(argv.slice(1), { short: '?hvVtTqs:p:c:g:e:' });
  const has = (name: string): boolean => parsed.options.some(([candidate]) => candidate === name);
  if (parsed.error !== undefined || parsed.operands.length > 0) {
    const letter = /-- '(.)'/.exec(parsed.error ?? '')?.[1];
    const words = parsed.operands.length > 0 ? `invalid option: "${parsed.operands[0]}"` : `invalid option: "${letter ?? ''}"`;
    yield* process.complain(`nginx: ${words}\n`);
    return 1;
  }
  if (has('v') || has('V')) {
    yield* process.complain(`nginx version: nginx/${version}\n`);
    return 0;
  }
  if (has('h') || has('?')) {
    yield* process.complain(
      `nginx version: nginx/${version}\nUsage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n             [-e filename] [-c filename] [-g directives]\n`,
    );
    return 0;
  }
  const configPath = optionValue(parsed, 'c') ?? defaultConfig;
  const master = new Master(process, version, configPath, optionValues(parsed, 'g').join(' '));
  const signal = optionValue(parsed, 's');
  if (signal !== undefined) return yield* master.sendSignal(signal);
  if (has('t') || has('T')) return yield* master.test(has('q'), has('T'));
  return yield* master.run(argv);
};

/** Where nginx keeps what requests and answers are too big for, unless the configuration says otherwise. */
const temporaryFolders = ['client', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

class Master {
  private readonly process: Process;
  private readonly version: string;
  private readonly path: string;
  private readonly extra: string;
  private config: LoadedConfig | undefined;
  private accessLog: OpenFile | undefined;
  private errorLog: OpenFile | undefined;
  private logFormat = '';
  private requests = 0;
  private turns = 0;
  private worker: Process | undefined;
  private readonly listeners = new Map<string, Listener>();
  private readonly orders: ('reload' | 'reopen' | 'quit' | 'stop')[] = [];
  private readonly ordered = new Waiters();

  constructor(process: Process, version: string, path: string, extra: string) {
    this.process = process;
    this.version = version;
    this.path = path;
    this.extra = extra;
  }

  *run(argv: readonly string[]): Blocking<number> {
    const { process } = this;
    const config = yield* this.load();
    if (!config) return 1;
    this.config = config;
    if (!(yield* this.makeTemporaryFolders(config))) return 1;
    if (!(yield* this.bind(config))) return 1;
    const isDaemon = this.mainValue(config, 'daemon') !== 'off';
    if (!isDaemon) return yield* this.govern(process, config, argv);
    const child = process.fork(argv);
    child.run(this.govern(child, config, argv));
    return 0;
  }

  *test(isQuiet: boolean, dumps: boolean): Blocking<number> {
    const config = yield* this.load();
    if (!config) {
      yield* this.process.complain(`nginx: configuration file ${this.path} test failed\n`);
      return 1;
    }
    if (!(yield* this.makeTemporaryFolders(config))) {
      yield* this.process.complain(`nginx: configuration file ${this.path} test failed\n`);
      return 1;
    }
    if (!isQuiet)
      yield* this.process.complain(
        `nginx: the configuration file ${this.path} syntax is ok\nnginx: configuration file ${this.path} test is successful\n`,
      );
    if (dumps) yield* this.process.print(`# configuration file ${this.path}:\n${decode(this.process.readFile(this.path))}\n`);
    return 0;
  }

  /** `nginx -s reload`. */
  *sendSignal(word: string): Blocking<number> {
    const signals: Readonly<Record<string, number>> = {
      stop: signalNumbers.TERM,
      quit: signalNumbers.QUIT,
      reload: signalNumbers.HUP,
      reopen: signalNumbers.USR1,
    };
    const signal = signals[word];
    if (signal === undefined) {
      yield* this.process.complain(`nginx: invalid option: "-s ${word}"\n`);
      return 1;
    }
    const config = yield* this.load();
    if (!config) return 1;
    const pidFile = this.mainValue(config, 'pid') ?? '/run/nginx.pid';
    let text: string;
    try {
      text = decode(this.process.readFile(pidFile)).trim();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* this.sayEmerg(`open() "${pidFile}" failed (2: ${error.message})`, 'error');
      return 1;
    }
    yield* this.process.complain(
      `${slashDate(this.process.clock.now)} [notice] ${this.process.pid}#${this.process.pid}: signal process started\n`,
    );
    const target = this.process.kernel.processes.get(Number(text));
    if (!target) {
      yield* this.sayEmerg(`kill(${text}, ${signal}) failed (3: No such process)`, 'alert');
      return 1;
    }
    target.signal(signal);
    return 0;
  }

  private *load(): Blocking<LoadedConfig | undefined> {
    try {
      const main = [...readNginxConfig(this.process, this.path), ...readNginxDirectives(this.process, this.extra)];
      const interpreted = interpretNginxConfig(main);
      const config = { ...interpreted, upstreams: yield* findUpstreams(this.process, interpreted) };
      const user = main.find(({ name }) => name === 'user');
      if (user && this.process.credentials.uid !== 0) {
        const words = `the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${user.file}:${user.line}`;
        yield* this.sayEmerg(words, 'warn');
      }
      return config;
    } catch (error) {
      if (!(error instanceof NginxConfigError)) throw error;
      yield* this.sayEmerg(error.message, 'emerg');
      return undefined;
    }
  }

  /** Says it in the log, which is stderr here, and to who started nginx. */
  private *sayEmerg(words: string, level: string): Blocking {
    const { process } = this;
    yield* process.complain(
      `${slashDate(process.clock.now)} [${level}] ${process.pid}#${process.pid}: ${words}\nnginx: [${level}] ${words}\n`,
    );
  }

  private *makeTemporaryFolders(config: NginxConfig): Blocking<boolean> {
    const { process } = this;
    for (const name of temporaryFolders) {
      const directive = `${name === 'client' ? 'client_body' : name}_temp_path`;
      const path = config.http.find((candidate) => candidate.name === directive)?.args[0] ?? `/var/cache/nginx/${name}_temp`;
      if (process.kernel.files.lookUp(process, path)) continue;
      try {
        process.kernel.files.makeDirectory(process, path, 0o700);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        const number = error.code === 'EROFS' ? 30 : error.code === 'EACCES' ? 13 : 2;
        yield* this.sayEmerg(`mkdir() "${path}" failed (${number}: ${error.message})`, 'emerg');
        return false;
      }
    }
    return true;
  }

  /** Takes the ports; a taken one is tried five times, half a second apart. */
  private *bind(config: NginxConfig): Blocking<boolean> {
    const wanted = new Map(config.servers.flatMap(({ listens }) => listens).map((listen) => [`${listen.address}:${listen.port}`, listen]));
    for (const [key, listener] of this.listeners) {
      if (wanted.has(key)) continue;
      listener.close();
      this.listeners.delete(key);
    }
    for (let attempt = 1; ; attempt++) {
      let isTaken = false;
      for (const [key, { address, port }] of wanted) {
        if (this.listeners.has(key)) continue;
        try {
          this.listeners.set(key, listenAt(this.process, port, address));
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          isTaken = true;
          yield* this.sayEmerg(`bind() to ${key} failed (${error.code === 'EADDRINUSE' ? 98 : 99}: ${error.message})`, 'emerg');
        }
      }
      if (!isTaken) return true;
      if (attempt === 5) {
        yield* this.sayEmerg('still could not bind()', 'emerg');
        return false;
      }
      yield* this.process.sleep(500);
    }
  }

  private *govern(process: Process, config: LoadedConfig, argv: readonly string[]): Blocking<number> {
    const pidFile = this.mainValue(config, 'pid') ?? '/run/nginx.pid';
    this.openLogs(process, config);
    try {
      process.writeFile(pidFile, encode(`${process.pid}\n`));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* this.sayEmerg(`open() "${pidFile}" failed (${error.code === 'EROFS' ? 30 : 13}: ${error.message})`, 'emerg');
      return 1;
    }
    process.argv = [`nginx: master process ${argv.join(' ')}`];
    for (const line of [
      'using the "epoll" event method',
      `nginx/${this.version}`,
      'built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1)',
      `OS: Linux ${kernelVersion(process)}`,
      'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
      'start worker processes',
    ]) {
      yield* this.notice(process, line);
    }
    this.listenToSignals(process);
    this.startWorker(process);
    if (this.worker) yield* this.notice(process, `start worker process ${this.worker.pid}`);
    for (;;) {
      const order = yield* this.nextOrder();
      if (order === 'reload') yield* this.reload(process);
      if (order === 'quit' || order === 'stop') return yield* this.shutDown(process, pidFile, order);
    }
  }

  private listenToSignals(process: Process): void {
    const orders = [
      [signalNumbers.HUP, 'reload'],
      [signalNumbers.USR1, 'reopen'],
      [signalNumbers.QUIT, 'quit'],
      [signalNumbers.TERM, 'stop'],
      [signalNumbers.INT, 'stop'],
    ] as const;
    for (const [signal, order] of orders) {
      process.onSignal(signal, () => {
        this.orders.push(order);
        this.ordered.wakeAll();
      });
    }
    process.onSignal(signalNumbers.WINCH, 'ignore');
  }

  private *nextOrder(): Blocking<'reload' | 'reopen' | 'quit' | 'stop'> {
    for (;;) {
      const order = this.orders.shift();
      if (order) return order;
      try {
        yield* parkInterruptibly((wake) => this.ordered.add(wake));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
  }

  private *reload(process: Process): Blocking {
    yield* this.notice(process, 'signal 1 (SIGHUP) received from 0, reconfiguring');
    yield* this.notice(process, 'reconfiguring');
    const config = yield* this.load();
    if (!config || !(yield* this.bind(config))) return;
    this.config = config;
    this.openLogs(process, config);
    const old = this.worker;
    this.startWorker(process);
    yield* this.notice(process, 'start worker processes');
    if (this.worker) yield* this.notice(process, `start worker process ${this.worker.pid}`);
    old?.signal(signalNumbers.KILL);
  }

  private *shutDown(process: Process, pidFile: string, order: 'quit' | 'stop'): Blocking<number> {
    yield* this.notice(process, order === 'quit' ? 'signal 3 (SIGQUIT) received, shutting down' : 'signal 15 (SIGTERM) received, exiting');
    const pid = this.worker?.pid ?? 0;
    this.worker?.signal(signalNumbers.KILL);
    yield* this.notice(process, 'signal 17 (SIGCHLD) received from '.concat(String(pid)));
    yield* this.notice(process, `worker process ${pid} exited with code 0`);
    yield* this.notice(process, 'exit');
    try {
      process.kernel.files.removeFile(process, pidFile);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
    return 0;
  }

  private startWorker(process: Process): void {
    const worker = process.fork(['nginx: worker process']);
    const user = this.config?.main.find(({ name }) => name === 'user')?.args[0];
    const entry = user === undefined ? undefined : passwdEntry(process, user);
    if (entry && process.credentials.uid === 0)
      worker.credentials = { ...worker.credentials, uid: entry.uid, gid: entry.gid, groups: [entry.gid] };
    this.worker = worker;
    worker.exitOn([signalNumbers.TERM, signalNumbers.QUIT], 0);
    worker.run(this.work(worker));
  }

  private *work(worker: Process): Blocking<number> {
    const facts: NginxFacts = {
      version: this.version,
      process: worker,
      complain: (level, words) => this.complain(worker, level, words),
      turn: () => this.turns++,
    };
    const [first, ...others] = [...this.listeners.values()].map((listener) =>
      serveHttp(worker, listener, {
        saysKeepAlive: true,
        // nginx: src/http/ngx_http_upstream.c: ngx_http_upstream_check_broken_connection
        givenUp: { status: 499, headers: [], body: '' },
        handle: (request) => answer(facts, this.config!, request),
        badRequest: () => ({
          status: 400,
          headers: [
            ['Server', `nginx/${this.version}`],
            ['Content-Type', 'text/html'],
          ],
          body: `<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<hr><center>nginx/${this.version}</center>\r\n</body>\r\n</html>\r\n`,
        }),
        log: (request, response) => this.log(worker, request, response),
      }),
    );
    for (const other of others) worker.startThread(other);
    if (!first) yield* parkInterruptibly(() => undefined);
    else yield* first;
    return 0;
  }

  private openLogs(process: Process, config: NginxConfig): void {
    const open = (path: string | undefined): OpenFile | undefined => {
      if (path === undefined || path === 'off' || path === '/dev/null') return undefined;
      if (path === 'stderr') return process.descriptors[2];
      try {
        const file = process.open(path, forAppending);
        process.addDescriptor(file, 10);
        return file;
      } catch (error) {
        if (error instanceof Errno) return undefined;
        throw error;
      }
    };
    const access = config.http.find(({ name }) => name === 'access_log')?.args;
    const format = config.http.find(({ name, args }) => name === 'log_format' && args[0] === (access?.[1] ?? 'combined'));
    this.accessLog = open(access?.[0] ?? '/var/log/nginx/access.log');
    this.errorLog = open(this.mainValue(config, 'error_log') ?? '/var/log/nginx/error.log');
    this.logFormat = format?.args.slice(1).join('') ?? combined;
  }

  private *log(worker: Process, request: HttpRequest, response: HttpResponse): Blocking {
    if (!this.accessLog?.write) return;
    const values: Readonly<Record<string, string>> = {
      time_local: logDate(worker.clock.now),
      time_iso8601: `${new Date(worker.clock.now).toISOString().slice(0, 19)}+00:00`,
      status: String(response.status),
      body_bytes_sent: String(request.method === 'HEAD' ? 0 : bodyLength(response.body)),
      bytes_sent: String(bodyLength(response.body) + 240),
      request_time: '0.000',
      request_length: '80',
    };
    const text = this.logFormat.replace(
      /\$(\w+)/g,
      (_whole, name: string) =>
        values[name] ?? (variable(worker, request, name) || (name === 'remote_user' || name.startsWith('http_') ? '-' : '')),
    );
    yield* this.accessLog.write(worker, encode(`${text}\n`));
  }

  private *complain(worker: Process, level: string, words: string): Blocking {
    this.requests++;
    if (this.errorLog?.write)
      yield* this.errorLog.write(
        worker,
        encode(`${slashDate(worker.clock.now)} [${level}] ${worker.pid}#${worker.pid}: *${this.requests} ${words}\n`),
      );
  }

  private *notice(process: Process, words: string): Blocking {
    const isShown = (this.config?.main.find(({ name }) => name === 'error_log')?.args[1] ?? 'error') === 'notice';
    if (isShown && this.errorLog?.write)
      yield* this.errorLog.write(process, encode(`${slashDate(process.clock.now)} [notice] ${process.pid}#${process.pid}: ${words}\n`));
  }

  private mainValue(config: NginxConfig, name: string): string | undefined {
    return config.main.findLast((directive: Directive) => directive.name === name)?.args[0];
  }
}

const combined = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

function kernelVersion(process: Process): string {
  try {
    return /Linux version (\S+)/.exec(decode(process.readFile('/proc/version')))?.[1] ?? '6.6.0';
  } catch (error) {
    if (error instanceof Errno) return '6.6.0';
    throw error;
  }
}

function passwdEntry(process: Process, name: string): { uid: number; gid: number } | undefined {
  try {
    const line = decode(process.readFile('/etc/passwd'))
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const fields = line?.split(':');
    return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}
