// Paths in manifests: where files go, and that they don't climb out.
// kubernetes: pkg/apis/core/validation/validation.go
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { invalid } from './field-error.ts';

export function validateNoBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];
}

/** A path inside a volume. */
export function validateDescendingPath(path: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (path.startsWith('/')) errors.push(invalid(field, path, 'must be a relative path'));
  return [...errors, ...validateNoBacksteps(path, field)];
}

/** A path inside a volume of files, whose names with leading dots belong to the kubelet. */
export function validateFilePath(path: string, field: string): FieldError[] {
  const errors = validateDescendingPath(path, field);
  // The kubelet keeps its own directories and links there, under names that start so.
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(field, path, "must not start with '..'"));
  return errors;
}

export function validateFileMode(mode: number | undefined, field: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}
