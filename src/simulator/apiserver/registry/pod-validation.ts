// Pods: created, updated, their status, their ephemeral containers, their size.
// kubernetes: pkg/apis/core/validation/validation.go ValidatePodCreate, ValidatePodUpdate

import { clone, isEqual } from '../../../apimachinery/clone.ts';
import { goJson } from '../../../apimachinery/go-json.ts';
import type { Container, ContainerStatus, Pod, PodSpec, Toleration } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { validateImageOfPod } from './container-validation.ts';
import { eachInvalid, forbidden, invalid, required } from './field-error.ts';
import { goPodSpec } from './go-pod.ts';
import { inclusiveRange, isQualifiedName, nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { validateTolerations } from './scheduling-validation.ts';
import { unifiedDiff } from './unified-diff.ts';

const maxInt32 = 2147483647;
const updatableFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export function validatePod(pod: Pod): FieldError[] {
  const errors = validateMetaAndSpec(pod);
  if (pod.spec?.ephemeralContainers?.length) errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (pod.spec?.nodeName && pod.spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

function validateMetaAndSpec(pod: Pod): FieldError[] {
  const spec = pod.spec ?? { containers: [] };
  const errors = [...validateObjectMeta(pod.metadata, true, nameIsDNSSubdomain), ...validatePodSpec(spec, pod.metadata, 'spec')];
  if (!spec.serviceAccountName) {
    (spec.volumes ?? []).forEach((volume, index) => {
      (volume.projected?.sources ?? []).forEach((source, at) => {
        if (!source.serviceAccountToken) return;
        const path = `spec.volumes[${index}].projected.sources[${at}].serviceAccountToken`;
        errors.push(forbidden(path, 'must not be specified when serviceAccountName is not set'));
      });
    });
  }
  for (const name of ['containers', 'initContainers'] as const) {
    (spec[name] ?? []).forEach((container, index) => {
      errors.push(...validateImageOfPod(container, `spec.${name}[${index}]`));
    });
  }
  return errors;
}

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? { containers: [] };
  const oldSpec = old.spec!;
  const errors = [...validateObjectMetaUpdate(pod.metadata, old.metadata), ...validateMetaAndSpec(pod)];
  for (const name of ['containers', 'initContainers'] as const) {
    const containers = spec[name] ?? [];
    if (containers.length !== (oldSpec[name] ?? []).length) {
      return [...errors, forbidden(`spec.${name}`, 'pod updates may not add or remove containers')];
    }
    errors.push(...validateImages(containers, `spec.${name}`));
  }
  const [deadlineErrors, mayGoOn] = validateDeadline(spec.activeDeadlineSeconds, oldSpec.activeDeadlineSeconds);
  errors.push(...deadlineErrors);
  if (!mayGoOn) return errors;
  errors.push(
    ...validateOnlyAddedTolerations(spec.tolerations ?? [], oldSpec.tolerations ?? []),
    ...validateOnlyDeletedGates(spec, oldSpec),
  );
  if (isEqual(spec, oldSpec)) return errors;
  const masked = withAllowedChanges(spec, oldSpec);
  if (isEqual(masked, oldSpec)) return errors;
  const diff = unifiedDiff(goJson(goPodSpec(oldSpec), 1), goJson(goPodSpec(masked), 1));
  errors.push(forbidden('spec', `pod updates may not change fields other than ${updatableFields.join(',')}\n${diff}`));
  return errors;
}

function validateImages(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap((container, index) => [
    ...(container.image ? [] : [required(`${field}[${index}].image`)]),
    ...validateImageOfPod(container, `${field}[${index}]`),
  ]);
}

function validateDeadline(deadline: number | undefined, old: number | undefined): [FieldError[], mayGoOn: boolean] {
  const field = 'spec.activeDeadlineSeconds';
  if (deadline === undefined) {
    return [old === undefined ? [] : [invalid(field, null, 'must not update from a positive integer to nil value')], true];
  }
  if (deadline < 0 || deadline > maxInt32) return [[invalid(field, deadline, inclusiveRange(0, maxInt32))], false];
  if (old !== undefined && old < deadline) return [[invalid(field, deadline, 'must be less than or equal to previous value')], false];
  return [[], true];
}

function validateOnlyAddedTolerations(tolerations: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const isKept = (before: Toleration) =>
    tolerations.some((toleration) => isEqual({ ...before, tolerationSeconds: toleration.tolerationSeconds }, toleration));
  if (!old.every(isKept)) {
    return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
  }
  return validateTolerations(tolerations, 'spec.tolerations');
}

function validateOnlyDeletedGates(spec: PodSpec, old: PodSpec): FieldError[] {
  const known = new Set(old.schedulingGates?.map((gate) => gate.name));
  return (spec.schedulingGates ?? []).flatMap((gate, index) =>
    known.has(gate.name)
      ? []
      : [forbidden(`spec.schedulingGates[${index}].name`, `only deletion is allowed, but found new scheduling gate '${gate.name}'`)],
  );
}

/** The new spec with the fields that may change as they were. */
function withAllowedChanges(spec: PodSpec, old: PodSpec): PodSpec {
  const masked = clone(spec);
  for (const name of ['containers', 'initContainers'] as const) {
    masked[name]?.forEach((container, index) => {
      container.image = old[name]![index]!.image;
    });
  }
  masked.activeDeadlineSeconds = old.activeDeadlineSeconds;
  masked.schedulingGates = old.schedulingGates;
  masked.tolerations = old.tolerations;
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && masked.terminationGracePeriodSeconds === 1) {
    masked.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  }
  if (old.schedulingGates?.length && Object.entries(old.nodeSelector ?? {}).every(([key, value]) => masked.nodeSelector?.[key] === value)) {
    masked.nodeSelector = old.nodeSelector;
  }
  return masked;
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(pod.metadata, old.metadata);
  const ownConditions = ['PodScheduled', 'Ready', 'Initialized'];
  (pod.status?.conditions ?? []).forEach((condition, index) => {
    if (ownConditions.includes(condition.type)) return;
    errors.push(...eachInvalid(`metadata.conditions[${index}].Type`, condition.type, isQualifiedName(condition.type)));
  });
  errors.push(...validateImmutable(pod.status?.qosClass ?? '', old.status?.qosClass ?? '', 'status.qosClass'));
  const restartPolicy = old.spec?.restartPolicy ?? 'Always';
  const sidecars = new Set(
    (old.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always').map(({ name }) => name),
  );
  errors.push(
    ...validateTransitions(pod.status?.containerStatuses, old.status?.containerStatuses, 'containerStatuses', restartPolicy),
    ...validateTransitions(
      pod.status?.initContainerStatuses,
      old.status?.initContainerStatuses?.filter((status) => !sidecars.has(status.name)),
      'initContainerStatuses',
      restartPolicy,
    ),
    ...validateTransitions(
      pod.status?.ephemeralContainerStatuses,
      old.status?.ephemeralContainerStatuses,
      'ephemeralContainerStatuses',
      'Never',
    ),
  );
  return errors;
}

/** What has ended for good doesn't come back. */
function validateTransitions(
  statuses: readonly ContainerStatus[] | undefined,
  old: readonly ContainerStatus[] | undefined,
  name: string,
  restartPolicy: string,
): FieldError[] {
  if (restartPolicy === 'Always') return [];
  return (old ?? []).flatMap((before, index) => {
    const terminated = before.state?.terminated;
    if (!terminated || (terminated.exitCode !== 0 && restartPolicy === 'OnFailure')) return [];
    const isBack = statuses?.some((status) => status.name === before.name && !status.state?.terminated);
    return isBack ? [forbidden(`status.${name}[${index}].state`, 'may not be transitioned to non-terminated state')] : [];
  });
}

export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[mirrorAnnotation]) return [forbidden('', 'static pods do not support ephemeral containers')];
  const errors = [...validateObjectMetaUpdate(pod.metadata, old.metadata), ...validateMetaAndSpec(pod)];
  const field = 'spec.ephemeralContainers';
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = pod.spec?.ephemeralContainers?.find((container) => container.name === before.name);
    if (!after) errors.push(forbidden(field, `existing ephemeral containers "${before.name}" may not be removed\n`));
    else if (!isEqual(before, after)) {
      const [from, to] = [before, after].map((container) => {
        const shown = goPodSpec({ containers: [], ephemeralContainers: [container] }) as { EphemeralContainers: unknown[] };
        return goJson(shown.EphemeralContainers[0], 1);
      });
      errors.push(forbidden(field, `existing ephemeral containers "${before.name}" may not be changed\n${unifiedDiff(from!, to!)}`));
    }
  }
  return errors;
}
