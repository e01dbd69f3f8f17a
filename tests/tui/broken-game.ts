// A game that breaks, for the tests of how it ends: argv[2] says where the error is thrown.
import { explainError } from '../../src/cli/explain-error.ts';
import { runScreen } from '../../src/tui/run-screen.tsx';

const faults = {
  // The component that looks for the level can't say its name.
  component: { start: { levels: [] }, level: Symbol('a level without a name') as unknown as string },
  // The session's thread gets a number where the path of a folder should be.
  thread: { start: { levels: [25 as unknown as string] } },
};

try {
  process.exitCode = await runScreen(faults[process.argv[2] as keyof typeof faults]);
} catch (error) {
  process.exitCode = explainError(error);
}
