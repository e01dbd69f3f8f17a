// What `k8squest new` writes: a small level that is whole and proved, to be changed piece by piece into one's own.
import { sampleDebrief } from './scaffold-debrief.ts';

export interface ScaffoldOptions {
  readonly title: string;
  readonly xp: number;
  readonly difficulty: string;
  readonly minutes: number;
}

/** The files of a new level, by their path in its folder. `schema` is the way to the JSON Schema, for editors. */
export function scaffoldFiles(options: ScaffoldOptions, schema: string): Readonly<Record<string, string>> {
  return {
    'mission.yaml': mission(options, schema),
    'broken.yaml': broken,
    'hints.md': hints,
    'debrief.md': sampleDebrief,
    'solutions/10-set-selector.sh': 'kubectl set selector service greeter app=greeter\n',
    'solutions/20-manifest.yaml': service('greeter'),
    'mistakes/restart.sh': '# refused by: visitor-greeted\nkubectl rollout restart deployment greeter\n',
    'mistakes/port-of-the-service-as-target.sh': `# refused by: visitor-greeted
kubectl patch service greeter --type=merge -p '{"spec":{"selector":{"app":"greeter"},"ports":[{"name":"http","port":80,"targetPort":80}]}}'
`,
    'mistakes/another-name.sh':
      '# refused by: visitor-greeted\nkubectl expose deployment greeter --name=greeter-again --port=80 --target-port=http\n',
    'mistakes/stand-in.sh': `# refused by: both-pods-greet
kubectl apply -f - <<MANIFEST
apiVersion: v1
kind: Pod
metadata: { name: stand-in, labels: { app: greeting } }
spec:
  containers:
    - name: greeter
      image: hashicorp/http-echo:1.0
      args: ["-listen=:8080", "-text=Welcome"]
      ports: [{ name: http, containerPort: 8080 }]
MANIFEST
`,
    'mistakes/mend-and-silence-the-visitor.sh': `# refused by: visitor-stays
kubectl patch deployment visitor --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/command","value":["sleep","3600"]}]'
kubectl set selector service greeter app=greeter
`,
  };
}

/** A world's own file, where it has none yet. */
export function scaffoldWorld(folder: string): string {
  return `title: ${JSON.stringify(titleOf(folder))}\nsummary: Levels of our own\n`;
}

/** "90-my-level" as a title: "My Level". */
export function titleOf(folder: string): string {
  return folder
    .replace(/^\d+-/, '')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function mission({ title, xp, difficulty, minutes }: ScaffoldOptions, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
title: ${JSON.stringify(title)}
xp: ${xp}
difficulty: ${difficulty}
minutes: ${minutes}
concepts: [Service, label selectors]
briefing: |
  Mira, on call, 03:12

  The visitor wants to be greeted and is turned away. Both pods of the greeter are Running, and it answers when I ask one of them directly.

  Please let the visitor be greeted again, by both pods of the deployment "greeter", at the service "greeter" on port 80. Leave the visitor as it is.
objectives:
  - id: visitor-greeted
    title: The visitor is greeted by the service greeter
    connect: { from: deployment/visitor, to: "http://greeter/", expect: reached, body: Welcome }
  - id: both-pods-greet
    title: Both pods of the deployment greeter stand behind the service, and no others
    endpoints: { service: service/greeter, min: 2, of: deployment/greeter }
guards:
  - id: visitor-stays
    title: The visitor stays as it was deployed
    unchanged: [deployment/visitor]
`;
}

const broken = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: greeter
spec:
  replicas: 2
  selector:
    matchLabels:
      app: greeter
  template:
    metadata:
      labels:
        app: greeter
    spec:
      containers:
        - name: greeter
          image: hashicorp/http-echo:1.0
          args:
            - -listen=:8080
            - -text=Welcome
          ports:
            - name: http
              containerPort: 8080
---
${service('greeting')}---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: visitor
spec:
  replicas: 1
  selector:
    matchLabels:
      app: visitor
  template:
    metadata:
      labels:
        app: visitor
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: visitor
          image: busybox:1.36
          command:
            - sh
            - -c
            - while true; do wget -q -T 3 -O- http://greeter/; sleep 10; done
`;

function service(app: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: greeter
spec:
  selector:
    app: ${app}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

const hints = `## Ask the service whom it found

Somebody answers for the name \`greeter\`. Look whether anybody stands behind it.

\`\`\`sh
kubectl logs deployment/visitor --tail=3
kubectl get services -o wide
kubectl get endpointslices
\`\`\`

## A selector and labels have to agree

Compare what the service selects with what the pods wear.

\`\`\`sh
kubectl get pods --show-labels
kubectl get service greeter -o jsonpath='{.spec.selector}'
\`\`\`

## Select by the label that the pods have

\`\`\`sh
kubectl set selector service greeter app=greeter
\`\`\`
`;
