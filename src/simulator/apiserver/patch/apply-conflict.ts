// What server-side apply says when a field belongs to somebody else.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
import type { StatusCause } from '../../../apimachinery/objects.ts';
import { StatusError } from '../../../apimachinery/status-error.ts';
import { type FieldSet, memberPaths } from './field-set.ts';
import { identityOf, type Manager } from './managers.ts';

/** The 409 that names each field with its owner. */
// Unlike Kubernetes: causes come in the order of the message; there their managers come in no order.
export function applyConflict(conflicts: readonly (readonly [Manager, FieldSet])[]): StatusError {
  const inOrder = [...conflicts].sort(([one], [other]) => (sortKey(one) < sortKey(other) ? -1 : 1));
  const owned = inOrder.map(([manager, fields]) => ({ owner: printManager(manager), paths: memberPaths(fields) }));
  const causes = owned.flatMap(({ owner, paths }) =>
    paths.map((path): StatusCause => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field: path })),
  );
  const [first] = causes;
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${first?.message}: ${first?.field}`
      : `Apply failed with ${causes.length} conflicts: ${owned
          .map(({ owner, paths }) => [`conflicts with ${owner}:`, ...paths.map((path) => `- ${path}`)].join('\n'))
          .join('\n')}`;
  return new StatusError(409, 'Conflict', message, { causes });
}

function printManager({ name, operation, apiVersion, subresource }: Manager): string {
  const quoted = JSON.stringify(name) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${quoted} using ${apiVersion}` : quoted;
}

/** Kubernetes sorts by the JSON of the entry: manager, operation, version, sub-resource. */
function sortKey(manager: Manager): string {
  return identityOf(manager);
}
