// ServiceAccounts. kubernetes: pkg/registry/core/serviceaccount/strategy.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { ServiceAccount } from '../../../apimachinery/objects.ts';
import type { Strategy } from '../strategy.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets';

export const serviceAccountStrategy: Strategy<ServiceAccount> = {
  ...kindFacts('v1', 'ServiceAccount'),
  hasGeneration: false,
  default: () => {},
  validate: (account) => validateObjectMeta(account.metadata, true, nameIsDNSSubdomain),
  validateUpdate: (account, old) => [
    ...validateObjectMetaUpdate(account.metadata, old.metadata),
    ...validateObjectMeta(account.metadata, true, nameIsDNSSubdomain),
  ],
  warnings: ({ metadata }, old) =>
    metadata.annotations?.[mountableSecrets] === undefined || old?.metadata.annotations?.[mountableSecrets] !== undefined
      ? []
      : [
          `metadata.annotations[${mountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ],
  deleteReturnsObject: true,
  cells: ({ metadata, secrets }, nowMs) => [metadata.name, secrets?.length ?? 0, ageOf(metadata.creationTimestamp, nowMs)],
};
