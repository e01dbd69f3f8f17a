// Projected volumes: several sources in one folder. kubernetes: pkg/apis/core/validation/validation.go validateProjectionSources
import type { ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { forbidden, invalid, required } from './field-error.ts';
import { validateFileMode, validateFilePath } from './path-validation.ts';
import { validateDownwardAPI, validateItems } from './volume-file-validation.ts';

const sourceNames = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'] as const;

export function validateProjected(source: ProjectedVolumeSource, field: string): FieldError[] {
  const errors = validateFileMode(source.defaultMode, `${field}.defaultMode`);
  const taken = new Set<string>();
  (source.sources ?? []).forEach((projection, index) => {
    const path = `${field}.sources[${index}]`;
    // None at all passes: the volume has no such files.
    const names = sourceNames.filter((name) => projection[name] !== undefined);
    for (const name of names) {
      errors.push(...validateSource(projection, name, `${path}.${name}`, field), ...validatePaths(projection, name, field, taken));
    }
    if (names.length > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
  });
  return errors;
}

function validateSource(projection: VolumeProjection, name: (typeof sourceNames)[number], path: string, volumeField: string): FieldError[] {
  switch (name) {
    case 'secret':
    case 'configMap': {
      const files = projection[name]!;
      return [...(files.name ? [] : [required(`${path}.name`)]), ...validateItems(files.items, path)];
    }
    case 'downwardAPI':
      return validateDownwardAPI(projection.downwardAPI!, path);
    case 'serviceAccountToken':
      return validateToken(projection.serviceAccountToken!, path, volumeField);
    default:
      return [];
  }
}

/** Kubernetes names a token's path as if it were the volume's. */
function validateToken(token: ServiceAccountTokenProjection, path: string, volumeField: string): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 0;
  const field = `${path}.expirationSeconds`;
  if (seconds < 600) errors.push(invalid(field, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) errors.push(invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds'));
  return [...errors, ...(token.path ? validateFilePath(token.path, `${volumeField}.path`) : [required(`${volumeField}.path`)])];
}

/** No two items may put a file in one place; the message names what was taken from, or the path. Tokens aren't looked at. */
function validatePaths(projection: VolumeProjection, name: (typeof sourceNames)[number], field: string, taken: Set<string>): FieldError[] {
  if (name !== 'secret' && name !== 'configMap' && name !== 'downwardAPI') return [];
  return (projection[name]?.items ?? []).flatMap(({ path }) => {
    if (!path) return [];
    const shown = name === 'downwardAPI' ? path : (projection[name]?.name ?? '');
    if (taken.has(path)) return [invalid(field, shown, 'conflicting duplicate paths')];
    taken.add(path);
    return [];
  });
}
