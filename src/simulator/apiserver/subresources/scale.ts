// /scale: one field of a workload, as autoscaling/v1 Scale.
// kubernetes: pkg/registry/apps/deployment/storage/storage.go ScaleREST
import { clone } from '../../../apimachinery/clone.ts';
import { apiVersionOf } from '../../../apimachinery/kinds.ts';
import type { LabelSelector, ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { formatRequirements, requirementsOf } from '../../../apimachinery/selector.ts';
import { conflict, invalid } from '../../../apimachinery/status-error.ts';
import { json } from '../answers.ts';
import type { Call } from '../handlers/call.ts';
import { stored } from '../handlers/get.ts';
import type { WriteTarget } from '../handlers/target.ts';
import type { WriteQuery } from '../handlers/write-options.ts';
import { parentEntries, scaleEntries } from '../patch/scale-managed-fields.ts';
import type { ApiAnswer } from '../request.ts';
import { tableOf } from '../storage-version.ts';
import type { StoredObject } from '../stored-object.ts';
import { describeUidConflict } from '../uid-precondition.ts';

interface Scalable {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status?: { readonly replicas?: number };
}

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** GET of a scale. */
export function getScale(call: Call): ApiAnswer {
  return answerScale(call, 200, scaleOf(stored(call)));
}

/** What PUT and PATCH of a scale work on. */
export function scaleTarget(call: Call): WriteTarget {
  const { definition, store, info } = call;
  return {
    kind: scaleKind,
    namespace: info.namespace,
    name: info.name,
    subresource: 'scale',
    live: () => {
      const parent = store.etcd.get(tableOf(definition), info.namespace, info.name);
      return parent && { object: scaleOf(parent), entries: scaleEntries(store.managedFields.of(parent)) };
    },
    default: () => {},
    update: (scale, entries, query) => scaleOf(setReplicas(call, scale, entries, query)),
    create: undefined,
    answer: (status, scale) => answerScale(call, status, scale),
  };
}

function setReplicas(call: Call, scale: StoredObject, entries: readonly ManagedFieldsEntry[], query: WriteQuery): StoredObject {
  const { definition, store, info, user } = call;
  const change = (live: StoredObject) => {
    checkScale(call, scale, live);
    const object = clone(live) as StoredObject & { spec: { replicas: number } };
    object.spec.replicas = (scale.spec as { replicas?: number } | undefined)?.replicas ?? 0;
    object.metadata.resourceVersion = scale.metadata.resourceVersion;
    const managedFields = parentEntries(store.managedFields.of(live), entries, apiVersionOf(definition));
    return { object, managedFields };
  };
  return store.update(definition, info.namespace, info.name, change, {
    manager: query.manager,
    user,
    dryRun: query.dryRun,
    subresource: 'scale',
  });
}

// kubernetes: pkg/apis/autoscaling/validation/validation.go ValidateScale
function checkScale(call: Call, scale: StoredObject, live: StoredObject): void {
  const { resourceVersion, uid, name } = scale.metadata;
  const replicas = (scale.spec as { replicas?: number } | undefined)?.replicas ?? 0;
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid({ ...scaleKind, resource: 'scales' }, name, [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message }]);
  }
  const other = describeUidConflict(call.definition, live.metadata, uid);
  if (other) throw conflict(call.definition, name, other);
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    throw conflict(call.definition, name, why);
  }
}

function scaleOf(parent: StoredObject): StoredObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = parent.metadata;
  const { spec, status } = parent as Scalable;
  const selector = spec?.selector ? formatRequirements(requirementsOf(spec.selector)) : '';
  const metadata: StoredObject['metadata'] = {
    name,
    ...(namespace && { namespace }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
    ...(creationTimestamp && { creationTimestamp }),
  };
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: { ...(spec?.replicas && { replicas: spec.replicas }) },
    status: { replicas: status?.replicas ?? 0, ...(selector && { selector }) },
  };
}

function answerScale(call: Call, status: number, scale: StoredObject): ApiAnswer {
  const { kind, apiVersion, metadata, spec, status: current } = scale;
  return json(status, JSON.stringify({ kind, apiVersion, metadata, spec, status: current }), call.warnings);
}
