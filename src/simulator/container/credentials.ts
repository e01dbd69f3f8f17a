// Who a process is, and what root may do in a container.

/** Ids and capabilities of a process. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** Without the CAP_ prefix. They count for uid 0 only: nobody else has effective ones. */
  readonly capabilities: ReadonlySet<string>;
}

/** What containerd grants when a pod says nothing. containerd: pkg/oci/spec.go, defaultUnixCaps. */
export const defaultCapabilities: ReadonlySet<string> = new Set([
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
]);

/** The container's root with what containerd grants. */
export const rootCredentials: Credentials = { uid: 0, gid: 0, groups: [], capabilities: defaultCapabilities };

/** Has the process this capability in effect? */
export function hasCapability(credentials: Credentials, capability: string): boolean {
  return credentials.uid === 0 && credentials.capabilities.has(capability);
}

/** Is the process in the group? */
export function isInGroup(credentials: Credentials, gid: number): boolean {
  return credentials.gid === gid || credentials.groups.includes(gid);
}
