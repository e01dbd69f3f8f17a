// The published package: bin, dist, levels and the texts, with a package.json of its own, in build/package; then packed with npm.
// Everything but the pseudo-terminal is bundled, so that installing the game costs megabytes and no dependency.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './build/bundle.mjs';

const target = process.argv[2] ?? 'build/package';
const goalMb = 15;
const own = JSON.parse(readFileSync('package.json', 'utf8'));
const terminal = '@lydell/node-pty';

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of ['bin', 'dist', 'levels', 'README.md', 'LICENSE', 'NOTICE', 'CHANGELOG.md'])
  cpSync(name, join(target, name), { recursive: true });
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
writeFileSync(join(target, 'LICENSES'), await licences());

execFileSync(process.execPath, ['node_modules/publint/src/cli.js', '--strict', target], { stdio: ['ignore', 'ignore', 'inherit'] });
const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', '..'], { cwd: target, encoding: 'utf8' });
const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(packed);
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`${join(target, '..', filename)}: ${mb(size)}, unpacked ${mb(unpackedSize)} in ${entryCount} files (goal < ${goalMb} MB)`);

function manifest() {
  const { name, version, description, license, type, bin, engines } = own;
  return {
    name,
    version,
    description,
    license,
    type,
    bin,
    engines,
    files: ['bin', 'dist', 'levels', 'LICENSES', 'NOTICE', 'CHANGELOG.md'],
    // Without it the shell takes the whole screen.
    optionalDependencies: { [terminal]: own.dependencies[terminal] },
  };
}

/** Each bundled package with the text of its licence. */
async function licences() {
  const aside = `${target}.bundle-${process.pid}`;
  const inputs = await bundle(
    { cli: 'src/cli/main.ts', 'session-worker': 'src/game/session-worker.ts', 'proof-worker': 'src/authoring/proof-worker.ts' },
    aside,
  );
  rmSync(aside, { recursive: true, force: true });
  const folders = new Set(inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  return [...folders]
    .sort()
    .map(licenceOf)
    .join(`\n${'-'.repeat(100)}\n\n`);
}

function licenceOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry) && statSync(join(folder, entry)).isFile());
  const holder = typeof author === 'string' ? author : author?.name;
  if (!file && !license) throw new Error(`${folder} says no licence: look at it before it is published`);
  const notice = ['NOTICE', 'NOTICE.txt', 'NOTICE.md'].find((entry) => existsSync(join(folder, entry)));
  const texts = [file, notice].flatMap((entry) => (entry ? [readFileSync(join(folder, entry), 'utf8').trim()] : []));
  return `${name} ${version} (${license})\n\n${texts.join('\n\n') || `Copyright ${holder ?? `the authors of ${name}`}; ${license}`}\n`;
}
