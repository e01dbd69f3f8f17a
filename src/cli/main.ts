// From words to a command to an exit code: 0 yes, 1 no, 2 wrong use or could not run.
import { Command, CommanderError } from 'commander';
import { version } from './version.ts';

/** An option that may be given several times. */
const collect = (value: string, before: string[]) => [...before, value];
const wholeNumber = (name: string) => (value: string) => {
  if (!/^\d{1,15}$/.test(value)) throw new CommanderError(2, 'k8squest.number', `error: ${name} takes a whole number, not "${value}"`);
  return Number(value);
};

// `k8squest levels | head -1`: whoever reads has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command('k8squest')
  .description('Learn Kubernetes by repairing it: a cluster breaks, and you mend it with your own kubectl.')
  .version(version, '-V, --version')
  .showHelpAfterError('(k8squest --help shows how)')
  .exitOverride()
  .enablePositionalOptions();

command('play', 'play the game (this is what k8squest alone does)', ['k8squest play', 'k8squest play 25'], { isDefault: true })
  .argument('[level]', 'number or id of the level to begin with')
  .option('--levels <folder>', "levels of your own, besides the game's; may be given several times", collect, [])
  .option('--seed <number>', 'make the same cluster again', wholeNumber('--seed'))
  .option('--cluster <where>', 'simulated, kind or context')
  .option('--context <name>', 'a context of your kubeconfig that k8squest allow has allowed')
  .option('--yes', 'make the kind cluster without asking')
  .option('--plain', 'lines of text instead of a screen, for screen readers and pipes')
  .action(async (level, options) => exit(await (await import('./play.ts')).play({ ...options, level })));

command('levels', 'list the levels with your progress', ['k8squest levels', 'k8squest levels --json'])
  .option('--levels <folder>', 'levels of your own', collect, [])
  .option('--json', 'one JSON document')
  .action(async (options) => exit((await import('./levels.ts')).levels(options)));

command('cluster', 'run a simulated cluster alone, until Ctrl+C', ['k8squest cluster', 'k8squest cluster 25 --kubeconfig ./kubeconfig'])
  .argument('[level]', 'a level whose fault is in it')
  .option('--kubeconfig <file>', 'where to write the kubeconfig')
  .option('--nodes <number>', 'how many nodes, 1 to 5', wholeNumber('--nodes'), 3)
  .option('--speed <number>', 'seconds of the cluster per second', wholeNumber('--speed'), 1)
  .option('--seed <number>', 'make the same cluster again', wholeNumber('--seed'))
  .option('--addon <name>', 'what a plain cluster lacks: ingress; may be given several times', collect, [])
  .option('--network-policies <mode>', "enforced, or ignored as by a network plugin that doesn't know them", 'enforced')
  .option('--levels <folder>', 'levels of your own', collect, [])
  .action(async (level, options) => exit(await (await import('./cluster.ts')).cluster({ ...options, level })));

command('check', 'verdicts on a level now, once', ['k8squest check', 'k8squest check 25 --json'])
  .argument('[level]', 'number, id or folder; without it the level being played')
  .option('--levels <folder>', 'levels of your own', collect, [])
  .option('--context <name>', 'look at a level that is being played on this context')
  .option('--json', 'one JSON document')
  .action(async (level, options) => exit(await (await import('./check.ts')).check({ ...options, level })));

command('allow', 'allow a context of your kubeconfig to be played on', ['k8squest allow my-test-cluster'])
  .argument('<context>', 'its name')
  .option('--yes', "don't ask")
  .action(async (context, options) => exit(await (await import('./allow.ts')).allow({ ...options, context })));

command('rbac', 'print the rights that playing on a real cluster needs', ['k8squest rbac --user anna | kubectl apply -f -'])
  .option('--levels <folder>', 'levels of your own', collect, [])
  .option('--user <name>', 'who gets them')
  .action(async (options) => exit((await import('./rbac.ts')).rbac(options)));

command('progress', 'show what you have earned', ['k8squest progress', 'k8squest progress --json'])
  .option('--json', 'one JSON document')
  .action(async (options) => exit((await import('./progress.ts')).progress(options)));

command('reset', 'forget what you have earned, in one level or in all', ['k8squest reset 25', 'k8squest reset --all'])
  .argument('[level]', 'number or id')
  .option('--all', 'everything')
  .option('--cluster <where>', 'kind: delete the cluster that the game made')
  .action(async (level, options) => exit(await (await import('./reset.ts')).reset({ ...options, level })));

command('doctor', 'show what is there, what is missing, and what to do', ['k8squest doctor', 'k8squest doctor --json'])
  .option('--json', 'one JSON document')
  .action(async (options) => exit(await (await import('./doctor.ts')).doctor({ ...options, version })));

command('new', 'begin a level of your own', [
  'k8squest new 3-networking/90-my-level',
  'k8squest new 3-networking/90-my-level --levels ./my-levels',
])
  .argument('<world/level>', 'its world and itself, each with a number in front')
  .option('--levels <folder>', 'where it goes (./my-levels)')
  .option('--title <text>', 'what the map shows')
  .option('--xp <number>', '10 to 1000', wholeNumber('--xp'))
  .option('--difficulty <word>', 'beginner, intermediate, advanced or expert')
  .option('--minutes <number>', 'how long it takes', wholeNumber('--minutes'))
  .action(async (name, options) => exit(await (await import('./new.ts')).newLevel({ ...options, name })));

command('lint', 'look for faults in levels', ['k8squest lint', 'k8squest lint ./my-levels'])
  .argument('[path...]', 'folders of levels, or level folders')
  .option('--json', 'one JSON document')
  .action(async (paths, options) => exit((await import('./lint.ts')).lint({ ...options, paths })));

command('test', 'prove levels: broken fails, solutions pass, mistakes are refused', ['k8squest test 25', 'k8squest test --json'])
  .argument('[level...]', 'numbers or ids; without them all')
  .option('--levels <folder>', 'levels of your own', collect, [])
  .option('--json', 'one JSON document')
  .option('--trace', 'show what the commands of failing steps printed')
  .option('--mutations', 'take each objective and guard away in turn: is each needed?')
  .option('--context <name>', 'on a real cluster, by a context that is allowed')
  .option('--watch', 'prove again whenever a file is saved')
  .option('--seed <number>', 'another cluster', wholeNumber('--seed'))
  .action(async (wanted, options) => exit(await (await import('./test.ts')).test({ ...options, wanted })));

command('schema', 'print the JSON Schema of mission.yaml, for editors', ['k8squest schema > mission.schema.json']).action(async () =>
  exit((await import('./schema.ts')).schema()),
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.code === 'k8squest.number') console.error(error.message);
    exit(error.exitCode === 0 ? 0 : 2);
  } else {
    exit((await import('./explain-error.ts')).explainError(error));
  }
}

function command(name: string, summary: string, examples: readonly string[], options: { isDefault?: boolean } = {}): Command {
  const shown = `\nFor example:\n${examples.map((example) => `  ${example}`).join('\n')}`;
  return program.command(name, options).description(summary).exitOverride().addHelpText('after', shown);
}

function exit(code: number): void {
  process.exitCode = code;
}
