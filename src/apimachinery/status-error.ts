// What an API server says when it says no: Kubernetes' Status object, with its exact reasons and words.

import { qualifiedResource, type ResourceDefinition } from './kinds.ts';
import type { Status, StatusCause } from './objects.ts';

type Named = Pick<ResourceDefinition, 'group' | 'resource' | 'kind'>;

/** An answer that is a failure. `status` is what goes over the wire; `message` is what kubectl prints. */
export class StatusError extends Error {
  readonly status: Status & { code: number; reason: string; message: string };

  /** `reason` is '' for the internal errors that Kubernetes gives none. */
  constructor(code: number, reason: string, message: string, details?: Status['details']) {
    super(message);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...((reason && { reason }) as { reason: string }),
      ...(details && { details }),
      code,
    };
  }
}

// kubernetes: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go

export function notFound(resource: Named, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualifiedResource(resource)} "${name}" not found`, details(resource, name));
}

export function alreadyExists(resource: Named, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${qualifiedResource(resource)} "${name}" already exists`, details(resource, name));
}

export function conflict(resource: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, details(resource, name));
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** `why` is what stands behind the colon of `pods "x" is forbidden: …`. */
export function forbidden(resource: Named, name: string, why: string): StatusError {
  const subject = name ? `${qualifiedResource(resource)} "${name}" is forbidden` : `${qualifiedResource(resource)} is forbidden`;
  return new StatusError(403, 'Forbidden', `${subject}: ${why}`, details(resource, name));
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** `causes` as validation found them, each with its field's path; the message joins them. */
export function invalid(resource: Named, name: string, causes: readonly FieldError[]): StatusError {
  // The message says each thing once, the causes as often as it was found. kubernetes: util/errors aggregate.Error
  const texts = [...new Set(causes.map(describeFieldError))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualifiedKind = resource.group ? `${resource.kind}.${resource.group}` : resource.kind;
  return new StatusError(422, 'Invalid', `${qualifiedKind} "${name}" is invalid: ${list}`, {
    ...(name && { name }),
    ...(resource.group && { group: resource.group }),
    kind: resource.kind,
    causes: causes.map((cause): StatusCause => ({ reason: cause.reason, message: cause.message, field: cause.field })),
  });
}

/** One finding of validation. `message` is all that stands behind the field's path, `Invalid value: "x": …` included. */
export interface FieldError {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

function describeFieldError(error: FieldError): string {
  return `${error.field}: ${error.message}`;
}

function details(resource: Named, name: string): NonNullable<Status['details']> {
  return { ...(name && { name }), ...(resource.group && { group: resource.group }), kind: resource.resource };
}
