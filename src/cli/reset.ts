// `k8squest reset`: forgets what was earned. The save before it stays as the backup.
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { SaveFile, withoutLevel } from '../game/save.ts';
import { chooseLevel } from './choose-level.ts';
import { sayOnce } from './say-once.ts';

export interface ResetOptions {
  readonly level?: string;
  readonly all?: boolean;
  readonly cluster?: string;
}

export async function reset(options: ResetOptions): Promise<number> {
  if (options.cluster !== undefined) return resetCluster(options.cluster);
  if ((options.level === undefined) === !options.all) {
    console.error('k8squest: name one level, or say --all. For example: k8squest reset 25');
    return 2;
  }
  const save = new SaveFile(playerFiles().data);
  if (options.all) {
    await save.update((data) => ({ ...data, levels: {}, help: {} }));
    console.log(`All progress is forgotten. The save before it is kept as ${save.path}.bak.`);
    return 0;
  }
  const known = save.read().data.levels;
  const id = options.level! in known ? options.level! : chooseLevel(loadLevels(levelRoots([])), options.level!).id;
  await save.update((data) => withoutLevel(data, id));
  console.log(`${id} can be earned anew.`);
  return 0;
}

async function resetCluster(where: string): Promise<number> {
  if (where !== 'kind') {
    console.error('k8squest: only --cluster kind can be reset: it is the one that the game makes.');
    return 2;
  }
  const { deleteKindCluster } = await import('../cluster/kind.ts');
  const isDeleted = await deleteKindCluster({ files: playerFiles(), progress: sayOnce() });
  console.log(isDeleted ? 'The kind cluster k8squest is deleted.' : 'There is no kind cluster of k8squest.');
  return 0;
}
