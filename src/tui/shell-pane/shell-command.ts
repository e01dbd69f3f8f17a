// Which shell runs in the pane, and with what environment.
import { accessSync, constants, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { ShellCommand } from './pty-terminal.ts';

/** Not the shell's business: the outer terminal's, and Node's. */
const dropped = [
  'TMUX',
  'TMUX_PANE',
  'NODE_COMPILE_CACHE',
  'NODE_ENV',
  'NODE_OPTIONS',
  'NODE_V8_COVERAGE',
  'K8SQUEST_PRIVATE_NODE',
  'FORCE_COLOR',
  'PS1',
  'PROMPT_COMMAND',
  'COLUMNS',
  'LINES',
];

/** The player's own bash with our rcfile behind theirs; without bash, sh. `additions` come from the session. */
export function shellCommand(additions: Readonly<Record<string, string>>, surrounding: NodeJS.ProcessEnv = process.env): ShellCommand {
  const { K8SQUEST_KUBECTL_PATH: kubectl, ...own } = additions;
  // In the run folder, which is swept when the game is gone, however it ended.
  const folder = mkdtempSync(join(own['KUBECONFIG'] ? dirname(own['KUBECONFIG']) : tmpdir(), 'shell-'));
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(surrounding)) if (value !== undefined && !dropped.includes(name)) environment[name] = value;
  Object.assign(environment, own, { TERM: 'xterm-256color', K8SQUEST: '1', HISTFILE: own['HISTFILE'] ?? join(folder, 'history') });
  environment['PATH'] = [kubectlFolder(folder, kubectl), environment['PATH'] ?? '/usr/bin:/bin'].join(delimiter);
  if (!environment['KUBE_EDITOR'] && !environment['EDITOR'] && !find('vi', environment['PATH'])) {
    const nano = find('nano', environment['PATH']);
    if (nano) environment['KUBE_EDITOR'] = nano;
  }
  const bash = find('bash', environment['PATH']);
  const home = environment['HOME'] ?? homedir();
  if (!bash)
    return {
      program: find('sh', environment['PATH']) ?? '/bin/sh',
      arguments: [],
      environment: { ...environment, PS1: '~ $ ' },
      folder: home,
    };
  const rcfile = join(folder, 'bashrc');
  writeFileSync(rcfile, bashrc(environment), { mode: 0o600 });
  return { program: bash, arguments: ['--noprofile', '--rcfile', rcfile, '-i'], environment, folder: home };
}

/** A folder with the kubectl that the session chose (the player's own where it will do), for the front of PATH. */
function kubectlFolder(folder: string, kubectl: string | undefined): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  if (kubectl) symlinkSync(kubectl, join(bin, 'kubectl'));
  return bin;
}

/** The player's own settings first; ours after them, so that the cluster of the game is the one that is talked to. */
function bashrc(environment: Readonly<Record<string, string>>): string {
  const kept = ['KUBECONFIG', 'KUBECACHEDIR', 'HISTFILE']
    .filter((name) => environment[name])
    .map((name) => `export ${name}=${quoted(environment[name]!)}`);
  return `[ -r ~/.bashrc ] && . ~/.bashrc
${kept.join('\n')}
unset PROMPT_COMMAND
PS1='${environment['NO_COLOR'] ? prompt : `\\[\\e[36m\\]${prompt}\\[\\e[0m\\]`} $ '
alias k=kubectl
if command -v kubectl > /dev/null; then
  for file in /usr/share/bash-completion/bash_completion /etc/bash_completion; do
    [ -n "$BASH_COMPLETION_VERSINFO" ] || { [ -r "$file" ] && . "$file"; }
  done
  # What kubectl's completion asks of bash-completion, for machines without it.
  if ! declare -F _get_comp_words_by_ref > /dev/null; then
    COMP_WORDBREAKS=\${COMP_WORDBREAKS//[=:]/}
    _get_comp_words_by_ref() {
      cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} cword=$COMP_CWORD
      words=("\${COMP_WORDS[@]}")
    }
  fi
  _k8squest_complete() {
    unset -f _k8squest_complete
    eval "$(kubectl completion bash 2> /dev/null)"
    complete -o default -F __start_kubectl k kubectl
    return 124
  }
  complete -F _k8squest_complete kubectl k
else
  echo "There is no kubectl here yet. ${howToGet}"
fi
command -v vi > /dev/null || [ -n "$EDITOR$KUBE_EDITOR" ] || echo "kubectl edit needs an editor: set EDITOR to one."
`;
}

const prompt = '\\w';
const howToGet = 'How to get it: https://kubernetes.io/docs/tasks/tools/';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function find(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
