// Pod specs as messages print them: the JSON of Kubernetes' internal Go structs, with Go's field names and all their zero values.
// kubernetes: pkg/apis/core/types.go
import type {
  PersistentVolume,
  PersistentVolumeClaimSpec,
  PodSpec,
  PodTemplateSpec,
  SecurityContext,
} from '../../../apimachinery/objects.ts';
import { mapValue } from './field-error.ts';
import { selectorValue } from './label-validation.ts';

/**
 * Fields of each struct in Go's order, as `GoName[=jsonName][:kind]`. Kinds: none is what is null when absent (pointers, lists, maps);
 * s "", b false, i 0, q a quantity; a struct's name is that struct, `*` before it a pointer, `[]` a list.
 */
const structs: Readonly<Record<string, string>> = {
  PodSpec:
    'Volumes:[]Volume InitContainers:[]Container Containers:[]Container EphemeralContainers:[]EphemeralContainer RestartPolicy:s TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy=dnsPolicy:s NodeSelector ServiceAccountName:s AutomountServiceAccountToken NodeName:s SecurityContext:*PodSecurityContext ImagePullSecrets:[]Reference Hostname:s Subdomain:s SetHostnameAsFQDN Affinity:*Affinity SchedulerName:s Tolerations:[]Toleration HostAliases:[]HostAlias PriorityClassName:s Priority PreemptionPolicy DNSConfig=dnsConfig:*DNSConfig ReadinessGates:[]ReadinessGate RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints:[]SpreadConstraint OS=os:*Reference SchedulingGates:[]Reference ResourceClaims:[]PodResourceClaim Resources:*Resources HostnameOverride',
  PodSecurityContext:
    'HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace HostUsers SELinuxOptions=seLinuxOptions:*SELinuxOptions WindowsOptions:*WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup=fsGroup FSGroupChangePolicy=fsGroupChangePolicy Sysctls:[]NameValue SeccompProfile:*Profile AppArmorProfile:*Profile SELinuxChangePolicy=seLinuxChangePolicy',
  SecurityContext:
    'Capabilities:*Capabilities Privileged SELinuxOptions=seLinuxOptions:*SELinuxOptions WindowsOptions:*WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile:*Profile AppArmorProfile:*Profile',
  Capabilities: 'Add Drop',
  SELinuxOptions: 'User:s Role:s Type:s Level:s',
  WindowsOptions: 'GMSACredentialSpecName=gmsaCredentialSpecName GMSACredentialSpec=gmsaCredentialSpec RunAsUserName HostProcess',
  Profile: 'Type:s LocalhostProfile',
  Reference: 'Name:s',
  NameValue: 'Name:s Value:s',
  Toleration: 'Key:s Operator:s Value:s Effect:s TolerationSeconds',
  HostAlias: 'IP=ip:s Hostnames',
  DNSConfig: 'Nameservers Searches Options:[]DNSOption',
  DNSOption: 'Name:s Value',
  ReadinessGate: 'ConditionType:s',
  PodResourceClaim: 'Name:s ResourceClaimName ResourceClaimTemplateName',
  SpreadConstraint:
    'MaxSkew:i TopologyKey:s WhenUnsatisfiable:s LabelSelector:*LabelSelector MinDomains NodeAffinityPolicy NodeTaintsPolicy MatchLabelKeys',
  Affinity: 'NodeAffinity:*NodeAffinity PodAffinity:*PodAffinity PodAntiAffinity:*PodAffinity',
  NodeAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:*NodeSelector PreferredDuringSchedulingIgnoredDuringExecution:[]PreferredTerm',
  NodeSelector: 'NodeSelectorTerms:[]NodeSelectorTerm',
  NodeSelectorTerm: 'MatchExpressions:[]NodeRequirement MatchFields:[]NodeRequirement',
  NodeRequirement: 'Key:s Operator:s Values',
  PreferredTerm: 'Weight:i Preference:NodeSelectorTerm',
  PodAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution:[]WeightedTerm',
  WeightedTerm: 'Weight:i PodAffinityTerm:PodAffinityTerm',
  PodAffinityTerm:
    'LabelSelector:*LabelSelector Namespaces TopologyKey:s NamespaceSelector:*LabelSelector MatchLabelKeys MismatchLabelKeys',
  Container:
    'Name:s Image:s Command Args WorkingDir:s Ports:[]ContainerPort EnvFrom:[]EnvFrom Env:[]EnvVar Resources:Resources ResizePolicy:[]ResizePolicy RestartPolicy RestartPolicyRules VolumeMounts:[]VolumeMount VolumeDevices:[]VolumeDevice LivenessProbe:*Probe ReadinessProbe:*Probe StartupProbe:*Probe Lifecycle:*Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:*SecurityContext Stdin:b StdinOnce:b TTY=tty:b',
  ContainerPort: 'Name:s HostPort:i ContainerPort:i Protocol:s HostIP:s',
  EnvFrom: 'Prefix:s ConfigMapRef:*OptionalReference SecretRef:*OptionalReference',
  OptionalReference: 'Name:s Optional',
  EnvVar: 'Name:s Value:s ValueFrom:*ValueFrom',
  ValueFrom: 'FieldRef:*FieldRef ResourceFieldRef:*ResourceFieldRef ConfigMapKeyRef:*KeyRef SecretKeyRef:*KeyRef FileKeyRef:*FileKeyRef',
  FieldRef: 'APIVersion=apiVersion:s FieldPath:s',
  ResourceFieldRef: 'ContainerName:s Resource:s Divisor:q',
  KeyRef: 'Name:s Key:s Optional',
  FileKeyRef: 'VolumeName:s Path:s Key:s Optional',
  Resources: 'Limits Requests Claims:[]Claim',
  Claim: 'Name:s Request:s',
  ResizePolicy: 'ResourceName:s RestartPolicy:s',
  VolumeMount: 'Name:s ReadOnly:b RecursiveReadOnly MountPath:s SubPath:s MountPropagation SubPathExpr:s',
  VolumeDevice: 'Name:s DevicePath:s',
  Probe:
    'Exec:*Exec HTTPGet=httpGet:*HTTPGet TCPSocket=tcpSocket:*TCPSocket GRPC=grpc:*GRPC InitialDelaySeconds:i TimeoutSeconds:i PeriodSeconds:i SuccessThreshold:i FailureThreshold:i TerminationGracePeriodSeconds',
  Lifecycle: 'PostStart:*Handler PreStop:*Handler StopSignal',
  Handler: 'Exec:*Exec HTTPGet=httpGet:*HTTPGet TCPSocket=tcpSocket:*TCPSocket Sleep:*Sleep',
  Exec: 'Command',
  HTTPGet: 'Path:s Port:i Host:s Scheme:s HTTPHeaders=httpHeaders:[]NameValue',
  TCPSocket: 'Port:i Host:s',
  GRPC: 'Port:i Service',
  Sleep: 'Seconds:i',
  Volume:
    'Name:s HostPath:*HostPath EmptyDir:*EmptyDir GCEPersistentDisk=gcePersistentDisk:*GCE AWSElasticBlockStore=awsElasticBlockStore:*AWS GitRepo:*GitRepo Secret:*SecretVolume NFS=nfs:*NFS ISCSI=iscsi:*Other Glusterfs:*Glusterfs PersistentVolumeClaim:*ClaimVolume RBD=rbd:*Other Quobyte:*Other FlexVolume:*Other Cinder:*Other CephFS=cephfs:*Other Flocker:*Other DownwardAPI:*DownwardAPI FC=fc:*Other AzureFile:*Other ConfigMap:*ConfigMapVolume VsphereVolume:*Other AzureDisk:*Other PhotonPersistentDisk:*Other Projected:*Projected PortworxVolume:*Other ScaleIO:*Other StorageOS=storageos:*Other CSI=csi:*CSI Ephemeral:*Ephemeral Image:*ImageVolume',
  HostPath: 'Path:s Type',
  EmptyDir: 'Medium:s SizeLimit',
  GCE: 'PDName=pdName:s FSType=fsType:s Partition:i ReadOnly:b',
  AWS: 'VolumeID:s FSType=fsType:s Partition:i ReadOnly:b',
  GitRepo: 'Repository:s Revision:s Directory:s',
  SecretVolume: 'SecretName:s Items:[]KeyToPath DefaultMode Optional',
  KeyToPath: 'Key:s Path:s Mode',
  NFS: 'Server:s Path:s ReadOnly:b',
  Glusterfs: 'EndpointsName=endpoints:s Path:s ReadOnly:b',
  ClaimVolume: 'ClaimName:s ReadOnly:b',
  DownwardAPI: 'Items:[]DownwardFile DefaultMode',
  DownwardFile: 'Path:s FieldRef:*FieldRef ResourceFieldRef:*ResourceFieldRef Mode',
  ConfigMapVolume: 'Name:s Items:[]KeyToPath DefaultMode Optional',
  Projected: 'Sources:[]Projection DefaultMode',
  Projection:
    'Secret:*FilesProjection DownwardAPI:*DownwardProjection ConfigMap:*FilesProjection ServiceAccountToken:*TokenProjection ClusterTrustBundle:*Other PodCertificate:*Other',
  FilesProjection: 'Name:s Items:[]KeyToPath Optional',
  DownwardProjection: 'Items:[]DownwardFile',
  TokenProjection: 'Audience:s ExpirationSeconds:i Path:s',
  CSI: 'Driver:s ReadOnly FSType=fsType VolumeAttributes NodePublishSecretRef:*Reference',
  Ephemeral: 'VolumeClaimTemplate:*ClaimTemplate',
  ClaimTemplate: 'Spec:ClaimSpec',
  ImageVolume: 'Reference:s PullPolicy:s',
  ClaimSpec:
    'AccessModes Selector:*LabelSelector Resources:ClaimResources VolumeName:s StorageClassName VolumeMode DataSource:*DataSource DataSourceRef:*DataSourceRef VolumeAttributesClassName',
  ClaimResources: 'Limits Requests',
  PersistentVolumeSource:
    'GCEPersistentDisk=gcePersistentDisk:*GCE AWSElasticBlockStore=awsElasticBlockStore:*AWS HostPath:*HostPath Glusterfs:*Other NFS=nfs:*NFS RBD=rbd:*Other Quobyte:*Other ISCSI=iscsi:*Other FlexVolume:*Other Cinder:*Other CephFS=cephfs:*Other FC=fc:*Other Flocker:*Other AzureFile:*Other VsphereVolume:*Other AzureDisk:*Other PhotonPersistentDisk:*Other PortworxVolume:*Other ScaleIO:*Other Local:*LocalVolume StorageOS=storageos:*Other CSI=csi:*PersistentCSI',
  LocalVolume: 'Path:s FSType=fsType',
  PersistentCSI:
    'Driver:s VolumeHandle:s ReadOnly:b FSType=fsType:s VolumeAttributes ControllerPublishSecretRef:*SecretReference NodeStageSecretRef:*SecretReference NodePublishSecretRef:*SecretReference ControllerExpandSecretRef:*SecretReference NodeExpandSecretRef:*SecretReference',
  SecretReference: 'Name:s Namespace:s',
  VolumeNodeAffinity: 'Required:*NodeSelector',
  DataSource: 'APIGroup=apiGroup Kind:s Name:s',
  DataSourceRef: 'APIGroup=apiGroup Kind:s Name:s Namespace',
};
const ephemeralOnly = ' TargetContainerName:s';

type Values = Readonly<Record<string, unknown>>;

export function goPodSpec(spec: PodSpec): unknown {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  // Inside Kubernetes these five stand in the security context.
  const securityContext = spec.securityContext && {
    ...spec.securityContext,
    hostNetwork,
    hostPID,
    hostIPC,
    shareProcessNamespace,
    hostUsers,
  };
  return goStruct('PodSpec', { ...spec, securityContext });
}

export function goSecurityContext(context: SecurityContext): unknown {
  return goStruct('SecurityContext', context as Values);
}

export function goClaimSpec(spec: PersistentVolumeClaimSpec): unknown {
  return goStruct('ClaimSpec', spec as Values);
}

export function goVolumeSource(spec: NonNullable<PersistentVolume['spec']>): unknown {
  return goStruct('PersistentVolumeSource', spec as unknown as Values);
}

export function goVolumeAffinity(affinity: NonNullable<PersistentVolume['spec']>['nodeAffinity']): unknown {
  return affinity ? goStruct('VolumeNodeAffinity', affinity as Values) : null;
}

/** A template: its metadata's fields stand beside Spec. */
export function goPodTemplate(template: PodTemplateSpec): unknown {
  const { labels, annotations } = template.metadata ?? {};
  return {
    ...(labels && { labels: mapValue(labels) }),
    ...(annotations && { annotations: mapValue(annotations) }),
    Spec: goPodSpec(template.spec!),
  };
}

function goStruct(name: string, value: Values): unknown {
  if (name === 'LabelSelector') return selectorValue(value);
  const fields = name === 'EphemeralContainer' ? structs['Container'] + ephemeralOnly : structs[name];
  // Kinds of volumes that nobody meets here are printed as they were written.
  if (fields === undefined) return value;
  const result: Record<string, unknown> = {};
  for (const field of fields.split(' ')) {
    const [names, kind] = field.split(':') as [string, string | undefined];
    const [goName, jsonName = names[0]!.toLowerCase() + names.slice(1)] = names.split('=') as [string, string | undefined];
    result[goName] = goValue(kind, value[jsonName]);
  }
  return result;
}

function goValue(kind: string | undefined, value: unknown): unknown {
  switch (kind) {
    case undefined:
      return plain(value);
    case 's':
      return value ?? '';
    case 'b':
      return value ?? false;
    case 'i':
      return value ?? 0;
    case 'q':
      return value ?? '0';
  }
  if (kind.startsWith('[]')) return Array.isArray(value) ? value.map((item) => goStruct(kind.slice(2), item as Values)) : null;
  if (kind.startsWith('*')) return value === undefined ? null : goStruct(kind.slice(1), value as Values);
  return goStruct(kind, (value ?? {}) as Values);
}

function plain(value: unknown): unknown {
  if (value === undefined) return null;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? mapValue(value as Record<string, unknown>) : value;
}
