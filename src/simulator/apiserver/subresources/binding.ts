// pods/binding: a scheduler gives a pod its node.
// kubernetes: pkg/registry/core/pod/storage/storage.go BindingREST
import type { Pod } from '../../../apimachinery/objects.ts';
import { conflict, invalid } from '../../../apimachinery/status-error.ts';
import { json } from '../answers.ts';
import { decodeBody } from '../handlers/body.ts';
import type { Call } from '../handlers/call.ts';
import { writeQuery } from '../handlers/write-options.ts';
import type { ApiAnswer } from '../request.ts';
import { definitionOf } from '../storage-version.ts';
import type { Store } from '../store.ts';
import type { StoredObject } from '../stored-object.ts';
import { describeUidConflict } from '../uid-precondition.ts';

/** What a Binding says. */
export interface BindingRequest {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly uid?: string;
  };
  readonly target: { readonly kind?: string; readonly name?: string };
}

/** Sets spec.nodeName and the condition PodScheduled. */
export function bindPod(store: Store, namespace: string, name: string, binding: BindingRequest, dryRun = false): void {
  const pods = definitionOf('pods');
  checkTarget(name, binding);
  const change = (draft: StoredObject) => {
    const refuse = (why: string) => conflict({ ...pods, resource: 'pods/binding' }, name, why);
    const pod = draft as unknown as Pod;
    const other = describeUidConflict(pods, pod.metadata, binding.metadata?.uid);
    if (other) throw refuse(other);
    if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
    if (pod.spec?.nodeName) throw refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
    if (pod.spec?.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
    assign(pod, binding, store.timestamp());
  };
  store.amend(pods, namespace, name, change, dryRun);
}

function assign(pod: Pod, binding: BindingRequest, now: string): void {
  if (pod.spec) pod.spec.nodeName = binding.target.name;
  if (binding.metadata?.annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...binding.metadata.annotations };
  if (binding.metadata?.labels) pod.metadata.labels = { ...pod.metadata.labels, ...binding.metadata.labels };
  pod.status ??= {};
  const others = (pod.status.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: now };
  pod.status.conditions = [...others, scheduled];
}

function checkTarget(name: string, binding: BindingRequest): void {
  const errors = [];
  const kind = binding.target.kind ?? '';
  // kubernetes: pkg/apis/core/validation ValidatePodBinding
  if (kind !== '' && kind !== 'Node') {
    errors.push({
      reason: 'FieldValueNotSupported',
      field: 'target.kind',
      message: `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`,
    });
  }
  if (!binding.target.name) errors.push({ reason: 'FieldValueRequired', field: 'target.name', message: 'Required value' });
  if (errors.length > 0) throw invalid({ group: '', kind: 'Binding', resource: 'bindings' }, name, errors);
}

/** POST of pods/binding. */
export function createBinding(call: Call): ApiAnswer {
  const query = writeQuery(call, 'CreateOptions');
  const binding = decodeBody(call, { group: '', version: 'v1', kind: 'Binding' }, query.fieldValidation) as unknown as BindingRequest;
  bindPod(call.store, call.info.namespace, call.info.name, binding, query.dryRun);
  return json(201, JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }), call.warnings);
}
