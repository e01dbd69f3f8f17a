// What a player feels, in figures: start, first frame, a level's start, kubectl's answers, memory. It compares and asserts nothing.
// `npm run bench [RUNS]`: medians of so many runs (10). Best on a machine that is otherwise idle.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { findKubectl } from '../src/cluster/kubectl.ts';

const runs = Number(process.argv[2] ?? 10);
// Started as a player's shell starts it, by its first line.
const launcher = resolve('bin/k8squest.mjs');
const home = mkdtempSync(join(tmpdir(), 'k8squest-bench-'));
const { kubectl } = await findKubectl({ cacheFolder: join(tmpdir(), 'k8squest-test-kubectl'), cloneFirst: true });
const environment = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: home,
  K8SQUEST_HOME: home,
  K8SQUEST_KUBECTL: kubectl?.path ?? 'kubectl',
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
};

process.on('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
console.log(`node ${process.versions.node}, ${runs} runs each, median (least) in ms`);
run(launcher, ['levels']); // fills the compile cache

const start = await inTurns(
  () => run(launcher, ['--version']),
  () => run(process.execPath, ['-e', '0']),
);
report('k8squest --version', start.own, 'node -e 0', start.peers);
report('first full frame of play', await timesLater(firstFrame), undefined, undefined, 'goal < 250');
report('start to kubectl get pods showing the broken level', await timesLater(startToPods), undefined, undefined, 'goal < 1000');
await kubectlAgainstItself();
await memory();

function report(what, own, peer, peers, goal = '') {
  const shown = (all) => `${Math.round(median(all))} (${Math.round(Math.min(...all))})`;
  if (peer) console.log(`${what}: ${shown(own)}; ${peer}: ${shown(peers)}; ratio ${(median(own) / median(peers)).toFixed(2)}`);
  else console.log(`${what}: ${shown(own)}${goal && `; ${goal}`}`);
}

function median(all) {
  return [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)];
}

function run(program, words, additions = {}) {
  return execFileSync(program, words, {
    env: { ...environment, ...additions },
    cwd: home,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function timesLater(work) {
  const all = [];
  for (let time = 0; time < runs; time++) all.push(await work());
  return all;
}

/** A game in a terminal of 140×44, and what it shows. */
function play(...words) {
  const terminal = new xterm.Terminal({ cols: 140, rows: 44, allowProposedApi: true });
  const pty = spawnInTerminal(launcher, ['play', ...words], {
    cols: 140,
    rows: 44,
    cwd: home,
    env: environment,
    name: 'xterm-256color',
  });
  const { promise: ended, resolve: end } = Promise.withResolvers();
  pty.onExit(end);
  let check = () => {};
  pty.onData((text) => terminal.write(text, () => check()));
  terminal.onData((text) => pty.write(text));
  const screen = () => Array.from({ length: 44 }, (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? '').join('\n');
  const shows = (pattern) =>
    new Promise((done) => {
      check = () => pattern.test(screen()) && done();
      check();
    });
  return { pty, shows, ended };
}

async function firstFrame() {
  const from = performance.now();
  const game = play();
  await game.shows(/q quit/);
  const ms = performance.now() - from;
  game.pty.write('q');
  await game.ended;
  return ms;
}

/** From the process's start to what a second terminal sees. */
async function startToPods() {
  const from = performance.now();
  const cluster = startCluster();
  const kubeconfig = await cluster.kubeconfig;
  const pods = run(environment.K8SQUEST_KUBECTL, ['get', 'pods'], { KUBECONFIG: kubeconfig });
  const ms = performance.now() - from;
  if (!/frontend +1\/1 +Running/.test(pods)) console.log(`(not there yet: ${pods})`);
  await cluster.end();
  return ms;
}

function startCluster() {
  const child = spawn(launcher, ['cluster', '25'], { env: environment, cwd: home, stdio: ['ignore', 'pipe', 'ignore'] });
  const kubeconfig = new Promise((done) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /export KUBECONFIG=(\S+)\n/.exec(text);
      if (found) done(found[1]);
    });
  });
  const ended = new Promise((done) => child.on('exit', done));
  const end = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { kubeconfig, end };
}

async function kubectlAgainstItself() {
  const cluster = startCluster();
  const KUBECONFIG = await cluster.kubeconfig;
  const kubectlPath = environment.K8SQUEST_KUBECTL;
  run(kubectlPath, ['get', 'pods'], { KUBECONFIG }); // its cache of the discovery
  const { own, peers } = await inTurns(
    () => run(kubectlPath, ['get', 'pods'], { KUBECONFIG }),
    () => run(kubectlPath, ['version', '--client']),
  );
  report('kubectl get pods', own, 'kubectl version --client', peers);
  await cluster.end();
}

/** Twice as many runs of both in turns, so that they meet the same machine. */
async function inTurns(ownWork, peerWork) {
  const own = [];
  const peers = [];
  for (let time = 0; time < runs * 2; time++) {
    for (const [work, list] of [
      [ownWork, own],
      [peerWork, peers],
    ]) {
      const from = performance.now();
      work();
      list.push(performance.now() - from);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  return { own, peers };
}

/** The resident memory of the game's process, with its session's thread, while a level is played. */
async function memory() {
  const game = play('25');
  await game.shows(/⏎ start/);
  game.pty.write('\r');
  await game.shows(/│~ \$/);
  const pid = Number(readdirSync(join(home, 'state/run'))[0]);
  const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  await new Promise((done) => setTimeout(done, 10_000));
  const idle = residentMb();
  game.pty.write('yes 0123456789012345678901234567890123456789\r');
  let peak = 0;
  for (let time = 0; time < 40; time++) {
    await new Promise((done) => setTimeout(done, 250));
    peak = Math.max(peak, residentMb());
  }
  game.pty.write('\u0003');
  console.log(
    `resident memory of the game in play: idle ${Math.round(idle)} MB, at most ${Math.round(peak)} MB while yes floods the shell; goal < 200`,
  );
  game.pty.kill('SIGTERM');
  await game.ended;
}
