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
    const [first, ...others] = sourceNames.filter((name) => projection[name] !== undefined);
    if (!first) errors.push(required(path, 'must specify a volume type'));
    else
      errors.push(...validateSource(projection, first, `${path}.${first}`), ...validatePaths(projection, first, `${path}.${first}`, taken));
    for (const name of others) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 volume type'));
  });
  return errors;
}

function validateSource(projection: VolumeProjection, name: (typeof sourceNames)[number], path: string): FieldError[] {
  switch (name) {
    case 'secret':
    case 'configMap': {
      const files = projection[name]!;
      return [...(files.name ? [] : [required(`${path}.name`)]), ...validateItems(files.items, path)];
    }
    case 'downwardAPI':
      return validateDownwardAPI(projection.downwardAPI!, path);
    case 'serviceAccountToken':
      return validateToken(projection.serviceAccountToken!, path);
    default:
      return [];
  }
}

function validateToken(token: ServiceAccountTokenProjection, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 0;
  const field = `${path}.expirationSeconds`;
  if (seconds < 600) errors.push(invalid(field, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) errors.push(invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds'));
  return [...errors, ...(token.path ? validateFilePath(token.path, `${path}.path`) : [required(`${path}.path`)])];
}

/** No two sources may put a file in one place. */
function validatePaths(projection: VolumeProjection, name: (typeof sourceNames)[number], path: string, taken: Set<string>): FieldError[] {
  const files: { where: string; file: string }[] = [];
  if (name === 'secret' || name === 'configMap') {
    (projection[name]?.items ?? []).forEach((item, at) => {
      files.push({ where: `${path}.items[${at}]`, file: item.path });
    });
  } else if (name === 'downwardAPI') {
    for (const item of projection.downwardAPI?.items ?? []) files.push({ where: path, file: item.path });
  } else if (name === 'serviceAccountToken') files.push({ where: `${path}.path`, file: projection.serviceAccountToken?.path ?? '' });
  return files.flatMap(({ where, file }) => {
    if (!file) return [];
    if (taken.has(file)) return [invalid(where, file, 'conflicting duplicate paths')];
    taken.add(file);
    return [];
  });
}
