// Events are forgotten an hour after they were last written.
// kubernetes: pkg/controlplane/apiserver/options (event-ttl), pkg/registry/core/event/storage/storage.go
import type { Clock } from '../clock.ts';
import type { Etcd } from './etcd.ts';

const eventLifeMs = 3_600_000;

/** Removes old events for as long as the clock runs. */
export function expireEvents(etcd: Etcd, clock: Clock): void {
  const written: { readonly at: number; readonly namespace: string; readonly name: string; readonly version: string | undefined }[] = [];
  const wait = () => {
    const next = written[0];
    if (next) clock.after(next.at + eventLifeMs - clock.now, removeOld);
  };
  const removeOld = () => {
    while (written[0] && written[0].at + eventLifeMs <= clock.now) {
      const { namespace, name, version } = written.shift()!;
      const event = etcd.get('events', namespace, name);
      if (event?.metadata.resourceVersion === version) etcd.remove('events', { ...event!, metadata: { ...event!.metadata } });
    }
    wait();
  };
  etcd.watch('events', etcd.revision, ({ type, object: { metadata } }) => {
    if (type === 'DELETED') return;
    written.push({ at: clock.now, namespace: metadata.namespace ?? '', name: metadata.name, version: metadata.resourceVersion });
    if (written.length === 1) wait();
  });
}
