// The objective type `endpoints`: a service has ready endpoints, and of the right pods.
import type { EndpointSlice } from '../../apimachinery/objects.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import { podSelections, podsOf } from './pods.ts';
import type { Validator } from './validator.ts';

const serviceLabel = 'kubernetes.io/service-name';

export const endpoints: Validator<ObjectiveParameters['endpoints']> = {
  runs: false,
  watches({ service, of }, namespace) {
    const reference = parseReference(service, namespace)!;
    return [
      reference,
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: reference.namespace },
      ...(of ? podSelections(of, namespace) : []),
    ];
  },
  async judge({ service, min, max, of }, { objects, namespace }) {
    const reference = parseReference(service, namespace)!;
    const values = { service, min, ...(max !== undefined && { max }), ...(of && { of }) };
    if (!objects.get(reference)) return { outcome: 'unmet', code: 'endpoints.no-service', values };
    const slices = objects.list({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace: reference.namespace,
    }) as readonly EndpointSlice[];
    const own = slices
      .filter(({ metadata }) => metadata.labels?.[serviceLabel] === reference.name)
      .flatMap((slice) => slice.endpoints ?? []);
    const ready = own.filter(({ conditions }) => conditions?.ready !== false);
    const wanted = of === undefined ? undefined : new Set((podsOf(of, objects, namespace) ?? []).map(({ metadata }) => metadata.name));
    const strangers = wanted ? ready.filter(({ targetRef }) => !wanted.has(targetRef?.name ?? '')) : [];
    const counts = { ...values, ready: ready.length, all: own.length };
    if (strangers[0])
      return {
        outcome: 'unmet',
        code: 'endpoints.stranger',
        values: { ...counts, stranger: strangers[0].targetRef?.name ?? strangers[0].addresses[0] ?? '' },
      };
    const isMet = ready.length >= min && (max === undefined || ready.length <= max);
    return { outcome: isMet ? 'met' : 'unmet', code: 'endpoints.are', values: counts };
  },
};
