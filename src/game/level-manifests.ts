// The objects of a level's manifests, each checked: its kind is known, it has a name, and its namespace is the level's.
import { findKind } from '../apimachinery/kinds.ts';
import { ManifestError, parseManifest } from '../apimachinery/manifest.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import type { LevelFault } from './level-fault.ts';
import type { Position } from './positioned-yaml.ts';

/** The objects, in the first of the namespaces where they name none; what is wrong is added to `faults`. */
export function readManifests(
  text: string | undefined,
  file: string,
  namespaces: readonly string[],
  faults: LevelFault[],
): KubernetesObject[] {
  if (text === undefined) return [];
  return splitDocuments(text).flatMap(({ document, line }) => {
    try {
      return parseManifest(document).map((object) => {
        checkObject(object as unknown as KubernetesObject, { document, line }, file, namespaces, faults);
        return object as unknown as KubernetesObject;
      });
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      const position = { line: line + (error.line ?? 1) - 1, column: error.column ?? 1 };
      faults.push({ file, ...position, message: `is no manifest: ${error.message.replace(/^line \d+, column \d+: /, '')}.`, fix: '' });
      return [];
    }
  });
}

function splitDocuments(text: string): { document: string; line: number }[] {
  const documents = [{ document: '', line: 1 }];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^---(\s|$)/.test(line)) documents.push({ document: '\n', line: index + 1 });
    else documents.at(-1)!.document += `${line}\n`;
  }
  return documents.filter(({ document }) => document.trim() !== '');
}

function checkObject(
  object: KubernetesObject,
  place: { document: string; line: number },
  file: string,
  namespaces: readonly string[],
  faults: LevelFault[],
): void {
  const at = (pattern: RegExp): Position => {
    const index = place.document.split('\n').findIndex((line) => pattern.test(line));
    return { line: place.line + Math.max(0, index), column: 1 };
  };
  const kind = findKind(object.apiVersion, object.kind);
  if (!kind) {
    faults.push({
      file,
      ...at(/^kind:/),
      message: `the simulated cluster doesn't know the kind ${object.kind} of ${object.apiVersion}.`,
      fix: 'Check apiVersion and kind, or leave the object out.',
    });
    return;
  }
  if (!object.metadata.name)
    faults.push({ file, ...at(/^metadata:/), message: `a ${object.kind} has no name.`, fix: 'Add metadata.name.' });
  if (!kind.namespaced) return;
  object.metadata.namespace ??= namespaces[0]!;
  if (!namespaces.includes(object.metadata.namespace)) {
    const message = `${object.kind} "${object.metadata.name}" is in the namespace "${object.metadata.namespace}", which is not the level's.`;
    faults.push({
      file,
      ...at(/namespace:/),
      message,
      fix: `Add it to "namespaces" in mission.yaml, or use one of ${namespaces.join(', ')}.`,
    });
  }
}
