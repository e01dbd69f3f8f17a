// kubectl inside a pod: looks around and deletes with the pod's service account. Other verbs it refuses by name: players have their own kubectl outside.
import { kinds, type ResourceDefinition } from '../../../../apimachinery/kinds.ts';
import { formatYaml } from '../../../../apimachinery/manifest.ts';
import type { Status } from '../../../../apimachinery/objects.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { Exit, type Process, type Program } from '../../process.ts';
import { concatenate, decode, encode } from '../../text.ts';
import { readBody, readHead } from './http-message.ts';
import { connectTo } from './socket.ts';

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

interface Line {
  readonly words: readonly string[];
  readonly namespace: string | undefined;
  readonly allNamespaces: boolean;
  readonly output: string;
  readonly selector: string | undefined;
  readonly hasHeaders: boolean;
}

export const kubectl: Program = function* (process, argv) {
  const line = readLine(argv.slice(1));
  if (typeof line === 'string') return yield* fail(process, `error: ${line}\nSee 'kubectl --help' for usage.`);
  const [verb = '', ...rest] = line.words;
  const session = new Session(process, line);
  switch (verb) {
    case 'get':
      return yield* session.get(rest);
    case 'delete':
      return yield* session.delete(rest);
    case 'auth':
      return yield* session.canI(rest);
    case 'version':
      yield* process.print('Client Version: v1.34.4\nKustomize Version: v5.7.1\nServer Version: v1.34.4\n');
      return 0;
    case '':
    case 'help':
    case '--help':
      yield* process.print(
        'kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n',
      );
      return 0;
    default:
      return yield* fail(process, `error: kubectl ${verb} inside a pod is not simulated in this cluster`);
  }
};

function* fail(process: Process, words: string): Blocking<number> {
  yield* process.complain(`${words}\n`);
  return 1;
}

function readLine(args: readonly string[]): Line | string {
  const words: string[] = [];
  const values = new Map<string, string>();
  const names: Readonly<Record<string, string>> = {
    '-n': 'namespace',
    '--namespace': 'namespace',
    '-o': 'output',
    '--output': 'output',
    '-l': 'selector',
    '--selector': 'selector',
    '--token': 'token',
    '--as': 'as',
    '--subresource': 'subresource',
  };
  const flags: Readonly<Record<string, string>> = {
    '-A': 'all',
    '--all-namespaces': 'all',
    '--no-headers': 'headless',
    '--ignore-not-found': 'ignore',
    '--wait': 'wait',
    '--now': 'now',
    '--force': 'force',
  };
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const [name = '', value] = word.startsWith('--')
      ? [word.split('=')[0], word.includes('=') ? word.slice(word.indexOf('=') + 1) : undefined]
      : [word.slice(0, 2), word.slice(2).replace(/^=/, '') || undefined];
    if (flags[name]) values.set(flags[name], 'true');
    else if (names[name]) values.set(names[name], value ?? args[++index] ?? '');
    else if (name !== '--help') return word.startsWith('--') ? `unknown flag: ${name}` : `unknown shorthand flag: '${name[1]}' in ${word}`;
  }
  return {
    words,
    namespace: values.get('namespace'),
    allNamespaces: values.has('all'),
    output: values.get('output') ?? '',
    selector: values.get('selector'),
    hasHeaders: !values.has('headless'),
  };
}

type Json = Record<string, unknown>;

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object?: { readonly metadata?: { readonly namespace?: string } };
  }[];
}

class Session {
  private readonly process: Process;
  private readonly line: Line;

  constructor(process: Process, line: Line) {
    this.process = process;
    this.line = line;
  }

  *get(words: readonly string[]): Blocking<number> {
    const { process, line } = this;
    if (words.length === 0)
      return yield* fail(
        process,
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.',
      );
    const { output } = line;
    const isTable = output === '' || output === 'wide';
    if (!isTable && !/^(json|yaml|name|jsonpath=.*)$/s.test(output)) {
      return yield* fail(
        process,
        `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,name,wide,yaml,jsonpath`,
      );
    }
    for (const { definition, name } of yield* this.targets(words)) {
      const accept = isTable ? 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' : 'application/json';
      const answer = yield* this.ask('GET', this.pathOf(definition, name), accept);
      if (isTable) yield* this.printTable(answer as unknown as Table, definition);
      else yield* process.print(this.formatted(answer, definition));
    }
    return 0;
  }

  *delete(words: readonly string[]): Blocking<number> {
    for (const { definition, name } of yield* this.targets(words)) {
      if (name === undefined) return yield* fail(this.process, 'error: resource(s) were provided, but no name was specified');
      yield* this.ask('DELETE', this.pathOf(definition, name), 'application/json');
      const where = definition.namespaced ? ` from ${this.namespace()} namespace` : '';
      yield* this.process.print(`${definition.singular}${definition.group ? `.${definition.group}` : ''} "${name}" deleted${where}\n`);
    }
    return 0;
  }

  *canI(words: readonly string[]): Blocking<number> {
    const { process } = this;
    const [command, verb, resource] = words;
    if (command !== 'can-i' || verb === undefined || resource === undefined)
      return yield* fail(process, 'error: only "kubectl auth can-i VERB TYPE" is simulated inside pods');
    const [type = '', name] = resource.split('/');
    const definition = findDefinition(type);
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          namespace: this.namespace(),
          verb,
          resource: definition?.resource ?? type,
          group: definition?.group ?? '',
          ...(name && { name }),
        },
      },
    };
    const answer = yield* this.ask(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      'application/json',
      encode(JSON.stringify(review)),
    );
    const isAllowed = (answer['status'] as { allowed?: boolean } | undefined)?.allowed === true;
    yield* process.print(isAllowed ? 'yes\n' : 'no\n');
    return isAllowed ? 0 : 1;
  }

  private namespace(): string {
    return this.line.namespace ?? (this.read('namespace') || 'default');
  }

  private read(name: string): string {
    try {
      return decode(this.process.readFile(`${accountFolder}/${name}`)).trim();
    } catch (error) {
      if (error instanceof Errno) return '';
      throw error;
    }
  }

  /** `pods`, `pods a b`, `pod/a service/b`. */
  private *targets(words: readonly string[]): Blocking<{ definition: ResourceDefinition; name: string | undefined }[]> {
    if (words.some((word) => word.includes('/'))) {
      const pairs: { definition: ResourceDefinition; name: string | undefined }[] = [];
      for (const word of words) {
        const [type = '', name] = word.split('/');
        pairs.push({ definition: yield* this.definitionOf(type), name });
      }
      return pairs;
    }
    const [types = '', ...names] = words;
    const found: { definition: ResourceDefinition; name: string | undefined }[] = [];
    for (const type of types.split(',')) {
      const definition = yield* this.definitionOf(type);
      for (const name of names.length > 0 ? names : [undefined]) found.push({ definition, name });
    }
    return found;
  }

  private *definitionOf(type: string): Blocking<ResourceDefinition> {
    const definition = findDefinition(type);
    if (definition) return definition;
    yield* this.process.complain(`error: the server doesn't have a resource type "${type}"\n`);
    throw new Exit(1);
  }

  private pathOf({ group, version, resource, namespaced }: ResourceDefinition, name: string | undefined): string {
    const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
    const scope = namespaced && !this.line.allNamespaces ? `/namespaces/${this.namespace()}` : '';
    const { selector } = this.line;
    const query = name === undefined ? `?limit=500${selector === undefined ? '' : `&labelSelector=${encodeURIComponent(selector)}`}` : '';
    return `${root}${scope}/${resource}${name === undefined ? '' : `/${name}`}${query}`;
  }

  /** One request over the pod's network, with its service account. Says what goes wrong, and ends the program then. */
  private *ask(method: string, path: string, accept: string, body?: Uint8Array): Blocking<Json> {
    const { process } = this;
    const end = function* (words: string): Blocking<never> {
      yield* process.complain(`${words}\n`);
      throw new Exit(1);
    };
    const host = process.environment.get('KUBERNETES_SERVICE_HOST');
    const port = Number(process.environment.get('KUBERNETES_SERVICE_PORT') ?? '443');
    const token = this.read('token');
    if (host === undefined || token === '')
      return yield* end('The connection to the server localhost:8080 was refused - did you specify the right host or port?');
    try {
      const socket = yield* connectTo(process, host, port, { timeoutMs: 30_000 });
      socket.connection.startTls();
      const lines = [
        `${method} ${path} HTTP/1.1`,
        `Host: ${host}:${port}`,
        'User-Agent: kubectl/v1.34.4 (linux/amd64) kubernetes/$Format',
        `Authorization: Bearer ${token}`,
        `Accept: ${accept}`,
        'Connection: close',
      ];
      if (body) lines.push('Content-Type: application/json', `Content-Length: ${body.length}`);
      yield* socket.write(concatenate([encode(`${lines.join('\r\n')}\r\n\r\n`), body ?? new Uint8Array(0)]));
      const head = yield* readHead(socket);
      const pieces: Uint8Array[] = [new Uint8Array(0)];
      yield* readBody(socket, head?.headers ?? [], function* (bytes) {
        pieces.push(bytes);
      });
      socket.close();
      const answer = JSON.parse(decode(concatenate(pieces)) || '{}') as Json;
      const { kind, status, reason, message } = answer as unknown as Status & { kind: string };
      if (kind === 'Status' && status === 'Failure') return yield* end(`Error from server (${reason ?? 'Unknown'}): ${message ?? ''}`);
      return answer;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ECONNREFUSED')
        return yield* end(`The connection to the server ${host}:${port} was refused - did you specify the right host or port?`);
      return yield* end(
        `Unable to connect to the server: dial tcp ${host}:${port}: ${error.code === 'ETIMEDOUT' ? 'i/o timeout' : `connect: ${error.message.toLowerCase()}`}`,
      );
    }
  }

  private *printTable({ columnDefinitions, rows }: Table, definition: ResourceDefinition): Blocking {
    const { line, process } = this;
    if (rows.length === 0) {
      yield* process.complain(
        definition.namespaced && !line.allNamespaces ? `No resources found in ${this.namespace()} namespace.\n` : 'No resources found\n',
      );
      return;
    }
    const shown = columnDefinitions
      .map((column, index) => ({ ...column, index }))
      .filter(({ priority }) => priority === 0 || line.output === 'wide');
    const isSpread = line.allNamespaces && definition.namespaced;
    const header = [...(isSpread ? ['NAMESPACE'] : []), ...shown.map(({ name }) => name.toUpperCase())];
    const lines = rows.map(({ cells, object }) => [
      ...(isSpread ? [object?.metadata?.namespace ?? ''] : []),
      ...shown.map(({ index }) => String(cells[index] ?? '<none>')),
    ]);
    const all = line.hasHeaders ? [header, ...lines] : lines;
    const widths = header.map((_title, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
    yield* process.print(
      all
        .map((row) => `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]! + 3))).join('')}\n`)
        .join(''),
    );
  }

  private formatted(answer: Json, definition: ResourceDefinition): string {
    const { output } = this.line;
    const { group, version, kind, singular } = definition;
    const items = Array.isArray(answer['items']) ? (answer['items'] as Json[]) : undefined;
    if (output === 'name') {
      const type = `${singular}${group ? `.${group}` : ''}`;
      return (items ?? [answer]).map((item) => `${type}/${(item['metadata'] as { name?: string } | undefined)?.name ?? ''}\n`).join('');
    }
    // kubectl makes a v1 List of any list, and tells each item its kind.
    const typed = items?.map((item) => ({ apiVersion: group ? `${group}/${version}` : version, kind, ...item }));
    const whole = typed ? { apiVersion: 'v1', items: typed, kind: 'List', metadata: { resourceVersion: '' } } : answer;
    if (output === 'json') return `${JSON.stringify(whole, null, 4)}\n`;
    if (output === 'yaml') return formatYaml(whole);
    return output
      .slice('jsonpath='.length)
      .replace(/\{([^{}]*)\}/g, (_whole, path: string) =>
        path.startsWith('"') ? (JSON.parse(path) as string) : valuesAt(whole, path).join(' '),
      );
  }
}

/** `.items[*].metadata.name` in an object, as far as it goes without filters and ranges. */
function valuesAt(answer: Json, path: string): string[] {
  const steps = path.match(/[^.[\]]+|\[[^\]]*\]/g) ?? [];
  let found: unknown[] = [answer];
  for (const step of steps) {
    const index = /^\[(.*)\]$/.exec(step)?.[1];
    found = found.flatMap((value) => {
      if (value === null || typeof value !== 'object') return [];
      if (index === '*' || step === '*') return Object.values(value);
      const next = (value as Record<string, unknown>)[index ?? step];
      return next === undefined ? [] : [next];
    });
  }
  return found.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}

function findDefinition(word: string): ResourceDefinition | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.');
  return kinds.find(
    ({ resource, singular, shortNames = [], group: own }) =>
      (group.length === 0 || own === group.join('.')) && (resource === name || singular === name || shortNames.includes(name)),
  );
}
