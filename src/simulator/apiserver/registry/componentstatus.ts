// ComponentStatuses: made up when asked for, never stored. kubernetes: pkg/registry/core/componentstatus/rest.go
import type { ComponentStatus } from '../../../apimachinery/objects.ts';
import type { Strategy } from '../strategy.ts';
import { kindFacts } from './kind-facts.ts';

export const componentStatusStrategy: Strategy<ComponentStatus> = {
  ...kindFacts('v1', 'ComponentStatus'),
  hasGeneration: false,
  default: () => {},
  validate: () => [],
  validateUpdate: () => [],
  cells({ metadata, conditions }) {
    const healthy = conditions?.find((condition) => condition.type === 'Healthy');
    return [metadata.name, healthy?.status === 'True' ? 'Healthy' : 'Unhealthy', healthy?.message ?? '', healthy?.error ?? ''];
  },
};
