// An example of each type of objective: docs/objectives.md shows them, objective-examples.test.ts proves them.
import type { ObjectiveType } from '../../src/game/objective-types.ts';

export interface ObjectiveExample {
  /** As it stands in mission.yaml, without id and title. */
  readonly goal: string;
  /** Manifests besides the sample level's. */
  readonly besides?: string;
  /** What was done to the sample level before. */
  readonly harm?: string;
  /** What makes it met: a manifest to apply, or an object to delete. */
  readonly repair: { readonly apply: string } | { readonly delete: string };
  /** When the example is unmet and when met, as the documentation says it. */
  readonly unmet: string;
  readonly met: string;
}

const service = (name: string, app: string) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${app} }
  ports: [{ name: http, port: 80, targetPort: http }]
`;

const deployment = (name: string, image: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - { name: ${name}, image: "${image}", args: ["-listen=:8080", "-text=Welcome"], ports: [{ name: http, containerPort: 8080 }]${more} }
`;

const rightSelector = { apply: service('greeter', 'greeter') };
const noSuchTag = 'hashicorp/http-echo:9.9';
const tag = 'hashicorp/http-echo:1.0';

export const objectiveExamples: Readonly<Record<ObjectiveType, ObjectiveExample>> = {
  connect: {
    goal: 'connect: { from: deployment/visitor, to: "http://greeter/", expect: reached, body: Welcome }',
    repair: rightSelector,
    unmet: 'the service greeter selects no pod: the visitor is refused',
    met: 'the selector fits the pods',
  },
  exec: {
    goal: 'exec: { in: deployment/visitor, command: [wget, -q, -T, "3", -O-, "http://greeter/"], stdout: Welcome }',
    repair: rightSelector,
    unmet: 'wget exits 1 in the visitor',
    met: 'it exits 0 and prints Welcome',
  },
  unchanged: {
    goal: 'unchanged: [service/greeter]',
    harm: service('greeter', 'visitor'),
    repair: { apply: service('greeter', 'greeting') },
    unmet: 'somebody gave the service another selector than its manifest says',
    met: 'the selector is as it was deployed; fields that the manifest doesn’t spell out may differ',
  },
  exists: {
    goal: 'exists: [configmap/menu]',
    repair: { apply: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: menu }\ndata: { tea: green }\n' },
    unmet: 'there is no ConfigMap menu',
    met: 'somebody has made it',
  },
  absent: {
    goal: 'absent: [pod/stray]',
    besides: `apiVersion: v1
kind: Pod
metadata: { name: stray }
spec: { terminationGracePeriodSeconds: 1, containers: [{ name: stray, image: "busybox:1.36", command: [sleep, "3600"] }] }
`,
    repair: { delete: 'pods/stray' },
    unmet: 'the pod stray is there',
    met: 'it was deleted and doesn’t come back',
  },
  condition: {
    goal: 'condition: { object: deployment/menu, type: Available }',
    besides: deployment('menu', noSuchTag),
    repair: { apply: deployment('menu', tag) },
    unmet: 'the image of the deployment menu can’t be pulled, its condition Available is False',
    met: 'its pods are available',
  },
  field: {
    goal: 'field: { podsOf: deployment/menu, path: "spec.containers[0].resources.limits.memory", atMost: 128Mi }',
    besides: deployment('menu', tag),
    repair: { apply: deployment('menu', tag, ', resources: { limits: { memory: 64Mi } }') },
    unmet: 'the pods have no memory limit',
    met: 'every running pod has one of 128Mi or less',
  },
  endpoints: {
    goal: 'endpoints: { service: service/greeter, min: 2, of: deployment/greeter }',
    repair: rightSelector,
    unmet: 'nobody stands behind the service',
    met: 'two ready pods of the deployment do, and no others',
  },
  logs: {
    goal: 'logs: { of: deployment/visitor, contains: [Welcome], withinSeconds: 30 }',
    repair: rightSelector,
    unmet: 'the visitor’s log shows refusals alone',
    met: 'it was greeted in the last half minute',
  },
  events: {
    goal: 'events: { object: deployment/greeter, reason: ScalingReplicaSet, expect: came, withinSeconds: 60 }',
    repair: { apply: deployment('greeter', tag).replace('replicas: 2', 'replicas: 3') },
    unmet: 'the deployment was last scaled more than a minute ago',
    met: 'somebody has scaled it since',
  },
  dns: {
    goal: 'dns: { from: deployment/visitor, name: menu, expect: service/menu }',
    repair: { apply: service('menu', 'greeter') },
    unmet: 'the name isn’t known',
    met: 'it gives the address of the service menu',
  },
  rollout: {
    goal: 'rollout: { of: deployment/menu, replicas: 2 }',
    besides: deployment('menu', noSuchTag),
    repair: { apply: deployment('menu', tag) },
    unmet: 'the newest revision can’t start',
    met: 'it runs twice, and nothing of older ones is left',
  },
  triggered: {
    goal: `triggered:
  do: { delete: deployment/greeter }
  within: 30
  expect: { endpoints: { service: service/greeter, min: 2, of: deployment/greeter } }`,
    repair: rightSelector,
    unmet: 'after a pod of the greeter is deleted, the service has no endpoints',
    met: 'within 30 seconds there are two again',
  },
};
