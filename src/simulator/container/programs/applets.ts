// The tools of every image with a shell: busybox's applets and their namesakes of Debian.
import type { Program } from '../process.ts';
import { awk } from './awk.ts';
import { bytesPrograms } from './bytes-programs.ts';
import { cat } from './cat.ts';
import { checksum } from './checksums.ts';
import { comparePrograms } from './compare-programs.ts';
import { cp, mv } from './copy.ts';
import { df, du, mount, mountpoint } from './disk-usage.ts';
import { expr } from './expr.ts';
import { filePrograms } from './file-programs.ts';
import { find } from './find.ts';
import { grep } from './grep.ts';
import { gzip } from './gzip.ts';
import { head, tail } from './head-tail.ts';
import { identityPrograms } from './identity.ts';
import { ls } from './ls.ts';
import { chmod, chown } from './ownership.ts';
import { processPrograms } from './process-programs.ts';
import { rm } from './rm.ts';
import { sed } from './sed.ts';
import { sh } from './sh.ts';
import { smallPrograms } from './small-programs.ts';
import { sort } from './sort.ts';
import { stat } from './stat.ts';
import { tar } from './tar.ts';
import { textFilters } from './text-filters.ts';

/** Pagers show everything at once: what is behind them can be scrolled by the terminal. */
const pagers = { less: cat, more: cat };

export const applets: Readonly<Record<string, Program>> = {
  ...smallPrograms,
  ...filePrograms,
  ...textFilters,
  ...identityPrograms,
  ...processPrograms,
  ...bytesPrograms,
  ...comparePrograms,
  ...pagers,
  awk,
  cat,
  chgrp: chown,
  chmod,
  chown,
  cp,
  df,
  du,
  egrep: grep,
  expr,
  fgrep: grep,
  find,
  gunzip: gzip,
  gzip,
  grep,
  hd: bytesPrograms['hexdump']!,
  head,
  ls,
  md5sum: checksum('md5'),
  mount,
  mountpoint,
  mv,
  rm,
  sed,
  sh,
  ash: sh,
  bash: sh,
  dash: sh,
  sha1sum: checksum('sha1'),
  sha256sum: checksum('sha256'),
  sha512sum: checksum('sha512'),
  sort,
  stat,
  tail,
  tar,
  zcat: gzip,
};
