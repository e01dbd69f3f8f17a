// Quality of service: how well a pod's resources are guarded. kubernetes: pkg/apis/core/helper/qos/qos.go
import type { PodSpec } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';

const computeResources = ['cpu', 'memory'];

export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources ?? {});
  const lists = spec.resources?.limits || spec.resources?.requests ? [spec.resources] : all;
  const amount = (list: Readonly<Record<string, string>> | undefined, name: string) => {
    const value = list?.[name];
    return value !== undefined && compareQuantities(value, '0') > 0 ? value : undefined;
  };
  const asksForAny = lists.some(({ requests, limits }) => computeResources.some((name) => amount(requests, name) ?? amount(limits, name)));
  if (!asksForAny) return 'BestEffort';
  const isGuaranteed = lists.every(({ requests, limits }) =>
    computeResources.every((name) => {
      const limit = amount(limits, name);
      const request = amount(requests, name);
      return limit !== undefined && request !== undefined && compareQuantities(limit, request) === 0;
    }),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
