#!/bin/sh
# A stand-in for kind: its clusters are files in $KIND_HOME, its kubeconfig is $KIND_KUBECONFIG, and $KIND_FAILS names how it fails: a file of kind-says/.
echo "$*" >> "$KIND_HOME/calls"
says="$(dirname "$0")/kind-says/$1-$2"
if [ -f "$says.$KIND_FAILS.txt" ]; then
  cat "$says.$KIND_FAILS.txt" >&2
  grep -q '^ERROR: ' "$says.$KIND_FAILS.txt" && exit 1
fi
case "$1 $2" in
  'get clusters')
    if [ -z "$(ls "$KIND_HOME/clusters")" ]; then cat "$says.none.txt" >&2; fi
    ls "$KIND_HOME/clusters"
    ;;
  'get kubeconfig') cat "$KIND_KUBECONFIG" ;;
  'delete cluster')
    rm -f "$KIND_HOME/clusters/k8squest"
    cat "$says.done.txt" >&2
    ;;
  'create cluster')
    case "$KIND_FAILS" in
      unheard-of) echo 'ERROR: failed to create cluster: something nobody knows' >&2; exit 1 ;;
      hangs) touch "$KIND_HOME/clusters/k8squest"; sleep 600 ;;
      not-ready) ;;
      *) cat "$says.made.txt" >&2 ;;
    esac
    touch "$KIND_HOME/clusters/k8squest"
    while [ $# -gt 0 ]; do [ "$1" = --kubeconfig ] && cp "$KIND_KUBECONFIG" "$2"; shift; done
    ;;
  *) exit 1 ;;
esac
exit 0
