// getent: hosts, users and groups as the libc finds them.
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process, Program } from '../../process.ts';

export const getent: Program = function* (process, argv) {
  const [database, ...keys] = argv.slice(1);
  if (database === undefined) {
    yield* process.complain('Usage: getent [OPTION...] database [key ...]\n');
    return 1;
  }
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4')
    return yield* getentHosts(process, keys, database !== 'hosts');
  if (database !== 'passwd' && database !== 'group') {
    yield* process.complain(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
    return 1;
  }
  const lines = new TextDecoder()
    .decode(process.readFile(`/etc/${database}`))
    .split('\n')
    .filter(Boolean);
  const found =
    keys.length === 0 ? lines : keys.flatMap((key) => lines.filter((line) => line.split(':')[0] === key || line.split(':')[2] === key));
  yield* process.print(found.map((line) => `${line}\n`).join(''));
  return found.length >= keys.length ? 0 : 2;
};

function* getentHosts(process: Process, keys: readonly string[], isLong: boolean): Blocking<number> {
  let code = 0;
  for (const key of keys) {
    const found = yield* resolve(process, key);
    if (found.kind !== 'found') {
      code = 2;
      continue;
    }
    for (const [index, address] of found.addresses.entries()) {
      if (!isLong) yield* process.print(`${address.padEnd(15)} ${found.name}\n`);
      else
        for (const kind of ['STREAM', 'DGRAM', 'RAW'])
          yield* process.print(`${address.padEnd(15)} ${kind}${kind === 'STREAM' && index === 0 ? ` ${found.name}` : ''}\n`);
    }
  }
  return code;
}
