// Which shell the pane runs, and what that shell knows.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shellCommand } from '../../../src/tui/shell-pane/shell-command.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'k8squest-test-shell-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const additions = () => ({ KUBECONFIG: join(home, 'kubeconfig'), K8SQUEST_KUBECTL_PATH: '/opt/kubectl', HISTFILE: join(home, 'history') });

/** What bash prints for a line, after our rcfile. */
function inShell(line: string, surrounding: Record<string, string> = {}): string {
  const command = shellCommand(additions(), { PATH: '/usr/bin:/bin', HOME: home, ...surrounding });
  return execFileSync(command.program, [...command.arguments, '-c', `. ${command.arguments[2]}; ${line}`], {
    env: command.environment,
    cwd: command.folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test("the player's own settings come first, the game's cluster wins", () => {
  writeFileSync(join(home, '.bashrc'), 'export KUBECONFIG=/elsewhere\nalias ll="ls -l"\nexport MINE=yes\nHISTFILE=/elsewhere\n');
  expect(inShell('echo "$KUBECONFIG $MINE $HISTFILE"')).toContain(`${home}/kubeconfig yes ${home}/history`);
});

test('the kubectl that the session chose is the first on PATH', () => {
  const { environment } = shellCommand(additions(), { PATH: '/usr/bin:/bin', HOME: home });
  const [first] = environment['PATH']!.split(':');
  expect(readlinkSync(join(first!, 'kubectl'))).toBe('/opt/kubectl');
});

test("the outer terminal's and Node's own settings are left out", () => {
  const { environment } = shellCommand(additions(), {
    PATH: '/bin',
    HOME: home,
    TMUX: 'x',
    NODE_OPTIONS: 'y',
    FORCE_COLOR: '0',
    EDITOR: 'nano',
  });
  expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(['TMUX']));
  expect(environment['NODE_OPTIONS']).toBeUndefined();
  expect(environment['FORCE_COLOR']).toBeUndefined();
  expect(environment['EDITOR']).toBe('nano');
  expect(environment['TERM']).toBe('xterm-256color');
});

test('its files lie beside the kubeconfig, so that they go with the run folder', () => {
  const command = shellCommand(additions(), { PATH: '/usr/bin:/bin', HOME: home });
  expect(command.arguments[2]).toMatch(new RegExp(`^${home}/shell-`));
  expect(readFileSync(command.arguments[2]!, 'utf8')).toContain('alias k=kubectl');
});

test('without bash it is sh', () => {
  const bin = join(home, 'bin');
  execFileSync('mkdir', [bin]);
  symlinkSync('/bin/sh', join(bin, 'sh'));
  const command = shellCommand(additions(), { PATH: bin, HOME: home });
  expect(command.program).toBe(join(bin, 'sh'));
  expect(command.arguments).toEqual([]);
});

test('completion works without the bash-completion package', () => {
  const words = 'COMP_WORDS=(kubectl get po) COMP_CWORD=2; _get_comp_words_by_ref -n =: cur prev words cword; echo "$cur|$prev|$cword"';
  writeFileSync(join(home, 'kubectl'), '#!/bin/sh\n', { mode: 0o755 });
  expect(inShell(words, { PATH: `${home}:/usr/bin:/bin` })).toContain('po|get|2');
});
