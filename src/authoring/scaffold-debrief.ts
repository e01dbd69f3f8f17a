// The debrief of a new level: every section that a debrief has, about the sample's fault, to be written anew with it.

export const sampleDebrief = `# A service that selects nobody

## What you saw

The visitor was refused at once. \`kubectl get endpointslices\` showed the service without a single endpoint, although both pods were Running.

## Why Kubernetes does that

A service finds its pods by labels. A selector that fits no pod is no error: the service waits for pods that may come later, and whoever
connects meanwhile is refused.

## The fix

\`\`\`sh
kubectl set selector service greeter app=greeter
\`\`\`

Applying a manifest with the right selector is as good.

## How it shows in production

Connections are refused, not lost: the name resolves, the address is right, and no pod's log shows a request.

## Finding it fast

\`\`\`sh
kubectl get endpointslices -l kubernetes.io/service-name=greeter
kubectl get pods --show-labels
\`\`\`

## An incident, as it could happen

This one is invented. A label was renamed in the evening, the service kept the old name, and the shop was closed until breakfast.

## Preventing it

Keep a service beside its deployment, in one file or one chart, so that both labels change together.

## Try next

Scale the greeter to four and watch the endpoints follow.
`;
