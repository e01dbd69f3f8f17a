// How long a kubelet and its runtime take, in milliseconds. Measured on a real 1.34.4 with containerd 2.1.4 where no source is given
// (tests/recordings/kubernetes-1.34/transcript-kubectl-1.34.json.gz): a pod of nginx is Ready 0.9-1.0 s after it was made when its image is there.

/** From the pod's binding to its volumes being there. */
export const mountMs = 150;
/** The sandbox with its network. */
export const sandboxMs = 300;
export const createContainerMs = 50;
export const startContainerMs = 100;
/** From something happening to a container to the kubelet seeing it: the pod lifecycle event generator looks once a second. */
export const noticeMs = 350;
/** A pod that the node doesn't take is told so. Its controller makes another at once, so this also keeps the two from spinning. */
export const rejectMs = 500;
/** Stopping the sandbox, unmounting and telling the API server, once the containers of a deleted pod are over. */
export const tearDownMs = 800;

/** A sync that failed is done again after this. kubernetes: pkg/kubelet/pod_workers.go: 10 s with up to half as much on top. */
export const failedSyncMs = 12_000;
/** After a failed sync the reason why a container waits is told this much later. */
export const failureReportMs = 1000;
/** Changed ConfigMaps and Secrets reach a pod's files at its next regular sync. kubernetes: pkg/kubelet/kubelet.go, SyncFrequency 1 min. */
export const volumeRefreshMs = 60_000;
/** kubernetes: pkg/volume/util/nestedpendingoperations: 0.5 s, doubling to 2 min 2 s. */
export const mountRetryMs = { first: 500, longest: 122_000 };

/** kubernetes: pkg/kubelet/kubelet.go, evictionMonitoringPeriod */
export const evictionMs = 10_000;

/** Restarts: kubernetes: pkg/kubelet/kubelet.go, initialBackOff and MaxCrashLoopBackOff; forgotten after twice the longest. */
export const restartBackOff = { firstMs: 10_000, longestMs: 300_000, forgottenAfterMs: 600_000 };
/** Pulls: kubernetes: pkg/kubelet/kubelet.go, imageBackOff has the same numbers. */
export const imageBackOff = { firstMs: 10_000, longestMs: 300_000, forgottenAfterMs: 600_000 };

/** A pull: asking the registry, then the bytes. A registry on the internet as kind's users have it, rather than the recording's next door. */
export const registryMs = 400;
/** The layers are there, only the registry is asked. */
export const registryAgainMs = 100;
export const pullBytesPerMs = 40_000;
/** The answer that there is no such image. */
export const pullFailureMs = 600;

/** kubernetes: pkg/kubelet/apis/config/v1beta1/defaults.go */
export const leaseRenewMs = 10_000;
export const leaseDurationSeconds = 40;
export const nodeStatusReportMs = 300_000;

/** A probe's way to the container and back. */
export const firstProbeMs = 50;
/** A grace period of nothing still gives a process this long. kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go, minimumGracePeriodInSeconds */
export const leastGraceSeconds = 2;
