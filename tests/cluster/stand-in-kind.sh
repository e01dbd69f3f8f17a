#!/bin/sh
# A stand-in for kind: its clusters are files in $KIND_HOME, its kubeconfig is $KIND_KUBECONFIG, and $KIND_FAILS says how it fails.
echo "$*" >> "$KIND_HOME/calls"
case "$KIND_FAILS" in
  engine) echo 'ERROR: failed to list nodes: command "docker ps -a" failed: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1 ;;
  rights) echo 'ERROR: permission denied while trying to connect to the Docker daemon socket: dial unix /var/run/docker.sock: connect: permission denied' >&2; exit 1 ;;
esac
case "$1 $2" in
  'get clusters') ls "$KIND_HOME/clusters"; exit 0 ;;
  'get kubeconfig') cat "$KIND_KUBECONFIG"; exit 0 ;;
  'delete cluster') rm -f "$KIND_HOME/clusters/k8squest"; echo 'Deleting cluster "k8squest" ...' >&2; exit 0 ;;
  'create cluster')
    case "$KIND_FAILS" in
      taken) echo 'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "k8squest"' >&2; exit 1 ;;
      disk) echo 'ERROR: failed to create cluster: write /var/lib/docker/tmp: no space left on device' >&2; exit 1 ;;
      image) echo 'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.34.0": dial tcp: lookup registry-1.docker.io: no such host' >&2; exit 1 ;;
      late) echo 'ERROR: failed to create cluster: timed out waiting for the condition' >&2; exit 1 ;;
      odd) echo 'ERROR: something nobody knows' >&2; exit 1 ;;
    esac
    printf ' • Ensuring node image (kindest/node:v1.34.0) 🖼  ...\n ✓ Ensuring node image (kindest/node:v1.34.0) 🖼\n • Starting control-plane 🕹️  ...\n' >&2
    mkdir -p "$KIND_HOME/clusters" && touch "$KIND_HOME/clusters/k8squest"
    while [ $# -gt 0 ]; do [ "$1" = --kubeconfig ] && cp "$KIND_KUBECONFIG" "$2"; shift; done
    exit 0 ;;
esac
exit 1
