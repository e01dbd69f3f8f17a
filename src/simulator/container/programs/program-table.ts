// Which program a name in an image stands for. An image's file names one of these (FileInode.program): "cat", "nginx".
import type { Program, ProgramTable } from '../process.ts';
import { applets } from './applets.ts';
import { networkPrograms } from './network/network-programs.ts';
import { serverPrograms } from './servers/server-programs.ts';

const tables: readonly ProgramTable[] = [applets, networkPrograms, serverPrograms];

/** The program of that name. */
export function programNamed(name: string): Program | undefined {
  for (const table of tables) if (Object.hasOwn(table, name)) return table[name];
  return undefined;
}
