// The tools of every image with a shell: busybox's applets and their namesakes of Debian.
import type { Program } from '../process.ts';
import { cat } from './cat.ts';
import { ls } from './ls.ts';
import { sh } from './sh.ts';
import { smallPrograms } from './small-programs.ts';

export const applets: Readonly<Record<string, Program>> = {
  ...smallPrograms,
  cat,
  ls,
  sh,
  ash: sh,
  bash: sh,
  dash: sh,
};
