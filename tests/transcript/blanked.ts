// What a session printed with everything blanked that belongs to the moment or the machine: besides what scenarios blank, this.
import { normalised } from '../scenarios/normalised.ts';

/** Where something was printed. */
export interface Side {
  /** All commands of the session: addresses and ports that they spell out are kept. */
  readonly commands: string;
  readonly folder: string;
  /** What `get pods -o wide` printed last. */
  readonly pods: string;
}

const nodes = ['k8squest-control-plane', 'k8squest-worker', 'k8squest-worker2'];

/** In the text… */
const textRules: readonly (readonly [RegExp, string])[] = [
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/"(pod-template-hash|controller-revision-hash)": ?"\w+"/g, '"$1": "<hash>"'],
  [/"continue":"[^"]*"/g, '"continue":"<token>"'],
  [/\d\d\/[A-Z][a-z]{2}\/\d{4}(:\d\d){3} [+-]\d{4}/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} [+-]\d{4}/g, '<time>'],
  [/(LIVE|MERGED)-\d+/g, '$1'],
  [/\.18[0-9a-f]{14}\b/g, '.<id>'],
  [/v1\.34\.\d+/g, 'v1.34'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  // Machines.
  [/\b6\.\d+\.\d+(-[\w-]+)?/g, '<kernel>'],
  [/(ephemeral-storage|memory)("?: +"?)(264212084Ki|24684096Ki|100Gi|8Gi)/g, '$1$2<size>'],
  [
    /((?:machineID|systemUUID)"?: "?|(?:Machine ID|System UUID): +)([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g,
    '$1<machine>',
  ],
  [/nginx\/1\.\d+\.\d+/g, 'nginx/<version>'],
];

/** …and in the lines, when columns are no longer needed. Which worker a pod is on, and which word a failing pull has just now, is chance. */
const lineRules: readonly (readonly [RegExp, string])[] = [
  [/\bnode-[ABC]\b/g, '<node>'],
  [/ErrImagePull|ImagePullBackOff/g, '<pull failure>'],
  [/(?<=is waiting to start: )(image can't be pulled|trying and failing to pull image)/, '<pull failure>'],
  [/Back-off pulling image \\"([^"]+)\\": <pull failure>: (?=rpc error)/g, ''],
  [/(?<= )(\d+[smh])+$/, '<age>'],
];

/** The lines of one stream. */
export function blanked(text: string, { commands, folder }: Side): string[] {
  const result = replaced(text.replace(/\n+$/, ''), textRules);
  if (!result.trim()) return [];
  return normalised(result, { commands, nodes, folder }, new Map()).map((line) => replaced(line, lineRules));
}

function replaced(text: string, rules: readonly (readonly [RegExp, string])[]): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
