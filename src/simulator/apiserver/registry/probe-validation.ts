// Probes and lifecycle hooks of a container.
// kubernetes: pkg/apis/core/validation/validation.go validateProbe, validateHandler
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { isHTTPHeaderName, isValidPortName, isValidPortNumber } from './name-validation.ts';
import { validateNonNegative } from './object-meta-validation.ts';

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

export function validateProbe(
  probe: Probe | undefined,
  kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  field: string,
): FieldError[] {
  if (!probe) return [];
  const errors = validateHandler(probe, undefined, field);
  for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const) {
    errors.push(...validateNonNegative(probe[name], `${field}.${name}`));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  if (kind === 'readinessProbe') {
    if (grace !== undefined) {
      errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'));
    }
  } else if (probe.successThreshold !== 1) {
    errors.push(invalid(`${field}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
  return errors;
}

export function validateLifecycle(lifecycle: Lifecycle | undefined, graceSeconds: number | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (lifecycle?.postStart) errors.push(...validateHandler(lifecycle.postStart, graceSeconds, `${field}.postStart`));
  if (lifecycle?.preStop) errors.push(...validateHandler(lifecycle.preStop, graceSeconds, `${field}.preStop`));
  return errors;
}

function validateHandler(handler: Handler, graceSeconds: number | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const check = (name: keyof Handler, validate: (path: string) => FieldError[]) => {
    if (handler[name] === undefined) return;
    if (count++ > 0) errors.push(forbidden(`${field}.${name}`, 'may not specify more than 1 handler type'));
    else errors.push(...validate(`${field}.${name}`));
  };
  check('exec', (path) => (handler.exec?.command?.length ? [] : [required(`${path}.command`)]));
  check('httpGet', (path) => validateHTTPGet(handler.httpGet!, path));
  check('tcpSocket', (path) => validatePortNumberOrName(handler.tcpSocket!.port, `${path}.port`));
  check('grpc', (path) => validatePortNumberOrName(handler.grpc!.port, `${path}.port`));
  check('sleep', (path) => {
    const seconds = handler.sleep!.seconds ?? 0;
    if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
    return [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)];
  });
  if (count === 0) errors.push(required(field, 'must specify a handler type'));
  return errors;
}

function validateHTTPGet(action: HTTPGetAction, field: string): FieldError[] {
  const errors = action.path ? [] : [required(`${field}.path`)];
  errors.push(...validatePortNumberOrName(action.port, `${field}.port`));
  const schemes = ['HTTP', 'HTTPS'];
  if (!schemes.includes(action.scheme ?? '')) errors.push(notSupported(`${field}.scheme`, action.scheme ?? '', schemes));
  for (const header of action.httpHeaders ?? []) {
    errors.push(...eachInvalid(`${field}.httpHeaders`, header.name, isHTTPHeaderName(header.name)));
  }
  return errors;
}

/** A port as a number, or as the name of a container's port. */
export function validatePortNumberOrName(port: number | string | undefined, field: string): FieldError[] {
  if (typeof port === 'string') return eachInvalid(field, port, isValidPortName(port));
  return eachInvalid(field, port ?? 0, isValidPortNumber(port ?? 0));
}
