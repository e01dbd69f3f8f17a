// An event's row. kubernetes: pkg/printers/internalversion/printers.go printEvent
import { ageOf } from '../../../apimachinery/duration.ts';
import type { Event } from '../../../apimachinery/objects.ts';
import type { Cell } from '../strategy.ts';

export function eventCells(event: Event, nowMs: number): Cell[] {
  const first = ageOf(event.firstTimestamp || event.eventTime, nowMs);
  const last = event.series ? ageOf(event.series.lastObservedTime, nowMs) : event.lastTimestamp ? ageOf(event.lastTimestamp, nowMs) : first;
  const { kind = '', name, fieldPath } = event.involvedObject ?? {};
  return [
    last,
    event.type ?? '',
    event.reason ?? '',
    name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
    fieldPath ?? '',
    sourceText(event),
    (event.message ?? '').trim(),
    first,
    event.series?.count ?? (event.count || 1),
    event.metadata.name,
  ];
}

function sourceText(event: Event): string {
  const { component, host } = event.source ?? {};
  const parts = component ? [component, host] : [event.reportingComponent, event.reportingInstance];
  return parts.filter(Boolean).join(', ');
}
