// Reading a level's files. A level folder may come from anywhere: nothing outside it is read, nothing large, nothing that isn't text.
import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const fileBytesMax = 256 * 1024;

/** Why a file can't be used, and what to do. */
export class LevelFileError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'LevelFileError';
    this.fix = fix;
  }
}

/** The text of `name` in `folder`; undefined when there is none. Throws LevelFileError. */
export function readLevelFile(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!isInside(folder, path))
    throw new LevelFileError("leads out of the level's folder.", 'Put the file itself there instead of the link.');
  const file = found.isSymbolicLink() ? lstatSync(realpathSync(path)) : found;
  if (file.isDirectory()) throw new LevelFileError('is a folder.', 'It must be a text file.');
  if (!file.isFile()) throw new LevelFileError('is no ordinary file.', 'It must be a text file.');
  if (file.size > fileBytesMax) throw new LevelFileError(`is larger than ${fileBytesMax / 1024} KiB.`, 'Shorten it, or split the level.');
  try {
    return withoutControlCharacters(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    if (error instanceof TypeError) throw new LevelFileError('is not UTF-8 text.', 'Save it as UTF-8.');
    throw error;
  }
}

/** Names in `folder`/`name` in order of name; [] when there is no such folder. Throws LevelFileError. */
export function listLevelFolder(folder: string, name: string): string[] {
  const path = join(folder, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (!isInside(folder, path))
    throw new LevelFileError("leads out of the level's folder.", 'Put the files themselves there instead of the link.');
  if (!found.isDirectory() && !lstatSync(realpathSync(path)).isDirectory()) throw new LevelFileError('is a file.', 'It must be a folder.');
  return readdirSync(path)
    .filter((entry) => !entry.startsWith('.'))
    .sort(byNumberThenText);
}

/** Folders below `folder`, in the order of the numbers in front of their names. */
export function listFolders(folder: string): string[] {
  const isFolder = (entry: Dirent) =>
    !entry.name.startsWith('.') && (entry.isDirectory() || (entry.isSymbolicLink() && isInside(folder, join(folder, entry.name))));
  return readdirSync(folder, { withFileTypes: true })
    .filter(isFolder)
    .map((entry) => entry.name)
    .sort(byNumberThenText);
}

/** 2 before 10; without numbers as text. */
export function byNumberThenText(one: string, other: string): number {
  return (Number.parseInt(one, 10) || 0) - (Number.parseInt(other, 10) || 0) || (one < other ? -1 : one > other ? 1 : 0);
}

function isInside(folder: string, path: string): boolean {
  try {
    const way = relative(realpathSync(folder), realpathSync(path));
    return way !== '..' && !way.startsWith(`..${sep}`);
  } catch {
    return false; // a link that leads nowhere
  }
}

/** Level texts reach the player's terminal: escape codes and other control characters but tab and newline are taken out. */
function withoutControlCharacters(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '');
}
