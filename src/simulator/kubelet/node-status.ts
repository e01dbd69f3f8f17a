// What a kubelet keeps saying of its node: that it lives, and which images it has. kubernetes: pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodestatus
import { isEqual } from '../../apimachinery/clone.ts';
import type { ContainerImage } from '../../apimachinery/objects.ts';
import type { Client } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';
import { microTimestamp, timestamp } from '../timestamp.ts';
import { leaseDurationSeconds, leaseRenewMs, nodeStatusReportMs } from './timings.ts';

const leaseNamespace = 'kube-node-lease';

export class NodeStatusReporter {
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly name: string;
  private readonly images: () => readonly ContainerImage[];
  private lastReportMs: number;
  private cancel: Cancel | undefined;

  constructor(options: { client: Client; clock: Clock; name: string; images: () => readonly ContainerImage[] }) {
    this.client = options.client;
    this.clock = options.clock;
    this.name = options.name;
    this.images = options.images;
    this.lastReportMs = options.clock.now;
  }

  /** Renews the lease every ten seconds; the node's status is written when it has news, or five minutes old. */
  start(): void {
    this.cancel = this.clock.after(leaseRenewMs, () => {
      this.start();
      this.renewLease();
      this.reportStatus();
    });
  }

  stop(): void {
    this.cancel?.();
  }

  private renewLease(): void {
    const leases = this.client.resource('leases');
    const renewTime = microTimestamp(this.clock.now);
    const renewed = leases.modify(leaseNamespace, this.name, (lease) => {
      lease.spec = { ...lease.spec, renewTime };
    });
    const node = renewed ? undefined : this.client.resource('nodes').get('', this.name);
    if (!node) return;
    leases.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: this.name,
        namespace: leaseNamespace,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: this.name, uid: node.metadata.uid! }],
      },
      spec: { holderIdentity: this.name, leaseDurationSeconds, renewTime },
    });
  }

  private reportStatus(): void {
    const { now } = this.clock;
    const images = this.images();
    const node = this.client.resource('nodes').get('', this.name);
    if (!node || (now - this.lastReportMs < nodeStatusReportMs && isEqual(images, node.status.images))) return;
    this.lastReportMs = now;
    this.client.resource('nodes').modify(
      '',
      this.name,
      ({ status }) => {
        status.images = [...images];
        for (const condition of status.conditions ?? []) condition.lastHeartbeatTime = timestamp(now);
      },
      'status',
    );
  }
}
