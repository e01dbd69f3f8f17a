// The entry point of the nginx images: what it does before nginx starts.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { decode, encode } from '../../text.ts';

/** Scripts that the image itself brings. What they would do is done here: of 10-listen…, or nothing that shows. */
const packagedScripts = new Set([
  '10-listen-on-ipv6-by-default.sh',
  '15-local-resolvers.envsh',
  '20-envsubst-on-templates.sh',
  '30-tune-worker-processes.sh',
]);

/**
 * The image's entry point: runs what lies in /docker-entrypoint.d, then the command.
 * Unlike the official image it says nothing of its own scripts, as the recorded cluster's nginx doesn't.
 */
export const nginxEntrypoint: Program = function* (process, argv) {
  const command = argv.slice(argv[0]?.endsWith('docker-entrypoint.sh') ? 1 : 2);
  const { files } = process.kernel;
  const folder = '/docker-entrypoint.d';
  if ((command[0] === 'nginx' || command[0] === 'nginx-debug') && files.lookUp(process, folder)) {
    listenOnIpv6(process);
    for (const name of files.readDirectory(process, folder)) if (!packagedScripts.has(name)) yield* runScript(process, `${folder}/${name}`);
  }
  try {
    return yield* process.execute(command);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`/docker-entrypoint.sh: exec: line 47: ${command[0]}: not found\n`);
    return 127;
  }
};

function* runScript(process: Process, path: string): Blocking {
  const me = '/docker-entrypoint.sh';
  if (!path.endsWith('.sh')) {
    yield* process.print(`${me}: Ignoring ${path}\n`);
    return;
  }
  if (!process.kernel.files.mayUse(process, path, 'execute')) {
    yield* process.print(`${me}: Ignoring ${path}, not executable\n`);
    return;
  }
  yield* process.print(`${me}: Launching ${path}\n`);
  const child = process.fork([path]);
  child.run(child.execute([path]));
  yield* process.waitFor(child);
}

/** Adds `listen [::]:80;` to an untouched default.conf, where the file may be written. */
function listenOnIpv6(process: Process): void {
  const path = '/etc/nginx/conf.d/default.conf';
  if (!process.kernel.files.lookUp(process, path) || !process.kernel.files.mayUse(process, path, 'write')) return;
  const text = decode(process.readFile(path));
  if (/listen\s*\[::]:/.test(text) || !text.includes('#access_log  /var/log/nginx/host.access.log  main;')) return;
  process.writeFile(path, encode(text.replace(/^(\s*)listen(\s+)(\d+);/m, '$1listen$2$3;\n$1listen  [::]:$3;')));
}
