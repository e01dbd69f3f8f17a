// Kubernetes Events as client-go records them: repeated ones are counted, similar ones combined, and a flood from one object is cut off.
import type { Event, ObjectReference } from '../apimachinery/objects.ts';
import { StatusError } from '../apimachinery/status-error.ts';
import type { Client, KubernetesObject, New, ResourceClient } from './client.ts';
import type { Clock } from './clock.ts';
import { microTimestamp, timestamp } from './timestamp.ts';

export interface EventRecorder {
  /** Records what happened to an object. Never fails: an event that the server refuses (its namespace is ending) is dropped. */
  record(subject: KubernetesObject | ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

// kubernetes: staging/src/k8s.io/client-go/tools/record/events_cache.go
const rememberedEvents = 4096;
const similarEventsToCombine = 10;
const similarEventsForgottenMs = 600_000;
const spamBurst = 25;
const spamRefillMs = 300_000;

/** How an event (or a condition) points at an object, or at one part of it: 'spec.containers{web}'. */
export function referenceTo(object: KubernetesObject, fieldPath?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    ...(fieldPath && { fieldPath }),
    kind: object.kind,
    name,
    ...(namespace && { namespace }),
    ...(resourceVersion && { resourceVersion }),
    ...(uid && { uid }),
  };
}

/** `component` is what `describe` shows under From; `host` is the node of a kubelet. */
export function createEventRecorder(client: Client, clock: Clock, component: string, host = ''): EventRecorder {
  return new CorrelatingRecorder(client.resource('events'), clock, component, host);
}

interface Observation {
  readonly count: number;
  readonly firstTimestamp: string;
  readonly name: string;
}

/** Records an event as programs do that speak events.k8s.io: it has the action and its one moment, and no counts. */
export function recordAction(
  client: Client,
  clock: Clock,
  {
    regarding,
    ...what
  }: { regarding: ObjectReference; reason: string; action: string; reportingComponent: string; reportingInstance: string },
): void {
  client.resource('events').create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${regarding.name}.${nanosecondsOf(clock).toString(16)}`, namespace: regarding.namespace || 'default' },
    ...what,
    type: 'Normal',
    involvedObject: regarding,
    source: {},
    eventTime: microTimestamp(clock.now),
  });
}

class CorrelatingRecorder implements EventRecorder {
  private readonly events: ResourceClient<Event>;
  private readonly clock: Clock;
  private readonly component: string;
  private readonly host: string;
  private readonly seen = new RecentMap<Observation>();
  private readonly similar = new RecentMap<{ messages: Set<string>; at: number }>();
  private readonly buckets = new RecentMap<{ tokens: number; at: number }>();

  constructor(events: ResourceClient<Event>, clock: Clock, component: string, host: string) {
    this.events = events;
    this.clock = clock;
    this.component = component;
    this.host = host;
  }

  record(subject: KubernetesObject | ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const reference = 'metadata' in subject ? referenceTo(subject) : subject;
    const about = `${reference.kind}/${reference.namespace}/${reference.name}/${reference.uid}/${reference.apiVersion}`;
    const group = `${about}/${type}/${reason}`;
    const combined = this.isOneOfMany(group, message);
    const key = combined ? group : `${about}/${reference.fieldPath}/${type}/${reason}/${message}`;
    const text = combined ? `(combined from similar events): ${message}` : message;
    const last = this.seen.get(key);
    const now = timestamp(this.clock.now);
    const next: Observation = last
      ? { ...last, count: last.count + 1 }
      : { count: 1, firstTimestamp: now, name: `${reference.name}.${nanosecondsOf(this.clock).toString(16)}` };
    this.seen.set(key, next);
    if (!this.mayWrite(about)) return;
    const event = this.compose({ reference, type, reason, message: text, combined, observation: next });
    this.write(event, next.count > 1);
  }

  private write(event: New<Event>, isRepeat: boolean): void {
    try {
      if (isRepeat && this.update(event)) return;
      this.events.create(event);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  private update(event: New<Event>): boolean {
    const { namespace, name } = event.metadata;
    const written = this.events.modify(namespace!, name!, (draft) => {
      draft.count = event.count;
      draft.lastTimestamp = event.lastTimestamp;
      draft.message = event.message;
    });
    return written !== undefined;
  }

  private compose(parts: {
    reference: ObjectReference;
    type: string;
    reason: string;
    message: string;
    combined: boolean;
    observation: Observation;
  }): New<Event> {
    const { reference, observation } = parts;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: observation.name, namespace: reference.namespace || 'default' },
      involvedObject: reference,
      reason: parts.reason,
      message: parts.message,
      source: { ...(this.component && { component: this.component }), ...(this.host && { host: this.host }) },
      firstTimestamp: observation.firstTimestamp,
      lastTimestamp: timestamp(this.clock.now),
      count: observation.count,
      type: parts.type,
      // client-go's combined events don't name their reporter.
      reportingComponent: parts.combined ? '' : this.component,
      reportingInstance: parts.combined ? '' : this.host,
    };
  }

  /** True once ten different messages came for one object and reason, none of them ten minutes after the other. */
  private isOneOfMany(group: string, message: string): boolean {
    let entry = this.similar.get(group);
    if (!entry || this.clock.now - entry.at > similarEventsForgottenMs) entry = { messages: new Set(), at: 0 };
    entry.messages.add(message);
    entry.at = this.clock.now;
    this.similar.set(group, entry);
    if (entry.messages.size < similarEventsToCombine) return false;
    for (const any of entry.messages) {
      entry.messages.delete(any);
      break;
    }
    return true;
  }

  private mayWrite(about: string): boolean {
    const bucket = this.buckets.get(about) ?? { tokens: spamBurst, at: this.clock.now };
    const tokens = Math.min(spamBurst, bucket.tokens + (this.clock.now - bucket.at) / spamRefillMs);
    const allowed = tokens >= 1;
    this.buckets.set(about, { tokens: allowed ? tokens - 1 : tokens, at: this.clock.now });
    return allowed;
  }
}

/** A map that forgets what wasn't written for longest. */
class RecentMap<V> {
  private readonly entries = new Map<string, V>();

  get(key: string): V | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= rememberedEvents) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      break;
    }
  }
}

const lastNanoseconds = new WeakMap<Clock, bigint>();
const betweenEventsNanoseconds = 41_337n;

/** The present in nanoseconds, later each time: events of one instant keep their order, and their names differ. */
function nanosecondsOf(clock: Clock): bigint {
  const now = BigInt(Math.round(clock.now * 1_000_000));
  const last = lastNanoseconds.get(clock) ?? 0n;
  const next = last + betweenEventsNanoseconds > now ? last + betweenEventsNanoseconds : now + (now % 99_991n);
  lastNanoseconds.set(clock, next);
  return next;
}
