// GET of a collection: selected, cut into parts, at one revision.
import { expired, invalid, StatusError } from '../../../apimachinery/status-error.ts';
import { json } from '../answers.ts';
import type { ListMetadata } from '../representation.ts';
import type { ApiAnswer } from '../request.ts';
import { tableOf } from '../storage-version.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Call } from './call.ts';
import { continueExpired, decodeContinue, encodeContinue } from './continue-token.ts';
import { representation } from './get.ts';
import { isSelected, type ListOptions, listOptions } from './list-options.ts';

export function list(call: Call): ApiAnswer {
  const { objects, metadata } = selectPage(call, listOptions(call));
  return json(200, representation(call).list(objects, metadata, call.shape, call.clock.now), call.warnings);
}

interface Page {
  readonly objects: readonly StoredObject[];
  readonly metadata: ListMetadata;
}

/** The part of the collection that was asked for. */
export function selectPage(call: Call, options: ListOptions): Page {
  const { revision, start, all } = snapshot(call, options);
  const strategy = call.store.strategy(call.definition);
  const isSelective = options.labels.length > 0 || options.fields.length > 0;
  const begin = start === '' ? 0 : all.findIndex((object) => keyOf(call, object) > start);
  // A watch cache, which answers version 0, knows no parts.
  const limit = options.limit > 0 && options.resourceVersion !== '0' ? options.limit : Number.POSITIVE_INFINITY;
  const objects: StoredObject[] = [];
  let index = begin < 0 ? all.length : begin;
  for (; index < all.length && objects.length < limit; index++) {
    if (!isSelective || isSelected(options, all[index]!, strategy)) objects.push(all[index]!);
  }
  const resourceVersion = String(revision);
  if (index >= all.length) return { objects, metadata: { resourceVersion } };
  const token = encodeContinue({ resourceVersion: revision, start: keyOf(call, all[index - 1]!) });
  return { objects, metadata: { resourceVersion, continue: token, ...(!isSelective && { remainingItemCount: all.length - index }) } };
}

interface Snapshot {
  readonly revision: number;
  readonly start: string;
  readonly all: readonly StoredObject[];
}

function snapshot(call: Call, options: ListOptions): Snapshot {
  const etcd = call.store.etcd;
  const table = tableOf(call.definition);
  const namespace = call.definition.namespaced ? call.info.namespace : '';
  const now = etcd.revision;
  if (options.continue !== '') {
    const { resourceVersion, start } = decodeContinue(options.continue);
    if (resourceVersion < 0) return { revision: now, start, all: etcd.list(table, namespace) };
    try {
      return { revision: resourceVersion, start, all: etcd.listAt(table, namespace, resourceVersion) };
    } catch (error) {
      if (error instanceof StatusError && error.status.code === 410) throw continueExpired(start);
      throw error;
    }
  }
  const asked = parseVersion(options.resourceVersion);
  if (asked > now) throw tooLarge(asked, now);
  const isExact = options.resourceVersionMatch === 'Exact' || (options.resourceVersionMatch === '' && options.limit > 0 && asked > 0);
  if (!isExact) return { revision: now, start: '', all: etcd.list(table, namespace) };
  try {
    return { revision: asked, start: '', all: etcd.listAt(table, namespace, asked) };
  } catch {
    throw expired(`The resourceVersion for the provided list is too old.`);
  }
}

/** A resourceVersion of a query as a number; '' is 0. */
export function parseVersion(version: string): number {
  if (version === '') return 0;
  if (!/^\d+$/.test(version)) {
    const message = `Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw invalid({ group: '', kind: '', resource: '' }, '', [{ reason: 'FieldValueInvalid', field: 'resourceVersion', message }]);
  }
  return Number(version);
}

// kubernetes: staging/src/k8s.io/apiserver/pkg/storage/errors.go NewTooLargeResourceVersionError
function tooLarge(asked: number, now: number): StatusError {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${now}`, {
    causes,
    retryAfterSeconds: 1,
  });
}

/** The object's key within what is listed. */
function keyOf(call: Call, object: StoredObject): string {
  const isAcross = call.definition.namespaced && call.info.namespace === '';
  return isAcross ? `/${object.metadata.namespace}/${object.metadata.name}` : `/${object.metadata.name}`;
}
