// The types of objectives: the schema of each one's parameters. validators/ has a file for each; docs/objectives.md is made from them.
import { z } from 'zod';
import { compareQuantities } from '../apimachinery/quantity.ts';
import { parseReference } from './object-reference.ts';
import { dnsLabel, text } from './schema-texts.ts';

/** Kinds that stand for their pods. */
export const workloadKinds = ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'];

const isReference = (value: string) => parseReference(value, 'default') !== undefined;
const isOfKind = (kinds: readonly string[]) => (value: string) => kinds.includes(parseReference(value, 'default')?.kind ?? '');

const reference = text('an object as kind/name, or namespace/kind/name', 'pod/frontend', isReference);
const pods = text('a pod or what makes pods, as kind/name', 'deployment/frontend', isOfKind(workloadKinds));
const service = text('a service as service/name', 'service/backend-service', isOfKind(['Service']));
const rolling = text('a workload as kind/name', 'deployment/frontend', isOfKind(['Deployment', 'StatefulSet', 'DaemonSet']));
const container = text("a container's name", 'main', (value) => dnsLabel.test(value));
const count = (example: number) =>
  z.number(`must be a number. Example: ${example}`).int('must be a whole number').min(0, 'must not be negative');
const words = z
  .array(z.string('must be a list of words. Example: [pg_isready, -h, database]'), 'must be a list of words. Example: [cat, /etc/hostname]')
  .min(1, 'must not be empty');
const references = (example: string) =>
  z.array(reference, `must be a list of objects. Example: [${example}]`).min(1, 'must name at least one object');
const texts = (example: string) =>
  z.array(text('a text', example), `must be a list of texts. Example: [${example}]`).min(1, 'must not be empty');
const seconds = (example: number) =>
  z
    .number(`must be a number of seconds. Example: ${example}`)
    .int('must be a whole number')
    .min(1, 'must be 1 at least')
    .max(300, 'must be 300 at most');

/** {node} is a worker's address, {nodePort:NAME} a service's node port, {ingress:NAME} the address in an ingress's status. */
function isTarget(value: string): boolean {
  const services = [...value.matchAll(/\{nodePort:([^}]*)\}/g)].map(([, name]) => name!);
  if (!services.every((name) => parseReference(name.includes('/') ? name : `service/${name}`, 'default')?.kind === 'Service')) return false;
  const filled = value
    .replaceAll('{node}', '172.18.0.3')
    .replaceAll(/\{nodePort:[\w./-]+\}/g, '30080')
    .replaceAll(/\{ingress:[\w.-]+\}/g, '172.18.0.2');
  return (/^https?:\/\/[^\s/]+/.test(filled) && URL.canParse(filled)) || /^[\w.-]+:\d{1,5}$/.test(filled);
}

const target = text('a URL or host:port', 'http://backend-service:8080/api, or database:5432', isTarget);

const connect = z
  .strictObject({
    from: pods.describe('who connects: a pod, or a workload, of which a running pod is taken'),
    container: container.optional(),
    to: target.describe(
      'a URL (asked by wget) or host:port (asked by nc); {node} is a worker’s address, {nodePort:NAME} a service’s node port, {ingress:NAME} the address that an ingress’s controller gave it',
    ),
    expect: z
      .enum(
        ['reached', 'blocked', 'refused', 'unknown-host', 'unreachable'],
        'must be reached, blocked, refused, unknown-host or unreachable. Example: reached',
      )
      .describe('how the attempt must end'),
    body: text('a piece of the answer', '"API Response: Success"').optional().describe('a piece of the answer that must be in it'),
    host: text('a host name', 'shop.example').optional().describe('the Host header, where an ingress listens'),
    times: z
      .number('must be a number of attempts. Example: 10')
      .int('must be a whole number')
      .min(2, 'must be 2 at least')
      .max(30, 'must be 30 at most')
      .optional()
      .describe('how often it is tried; every attempt must end as expected'),
    answers: z
      .enum(['same', 'different'], 'must be same or different. Example: same')
      .optional()
      .describe('with times: whether all answers are the same, or there are several'),
  })
  .describe('A pod reaches a target, or doesn’t: a wget (URL) or nc (host:port) is run in it.');

const exec = z
  .strictObject({
    in: pods.describe('a pod, or a workload, of which a running pod is taken'),
    container: container.optional(),
    command: words.describe('the words of the command; there is no shell around it'),
    exitCode: count(0).max(255, 'must be 255 at most').default(0).describe('what it must exit with'),
    stdout: text('a piece of what it prints', 'accepting connections').optional().describe('a piece that must be in what it prints'),
  })
  .describe('A command in a container exits as it should, and prints what it should.');

const unchanged = references('pod/frontend, service/backend-service').describe(
  'What the level’s manifests spell out of these objects still holds.',
);
const exists = references('service/backend-service').describe('These objects are there.');
const absent = references('pod/stray').describe('These objects are gone for good.');

const condition = z
  .strictObject({
    object: reference,
    type: text('a condition’s type', 'Ready'),
    status: z.enum(['True', 'False', 'Unknown'], 'must be "True", "False" or "Unknown", in quotes').default('True').describe('in quotes'),
    reason: text('a reason', 'NewReplicaSetAvailable').optional(),
  })
  .describe('A condition of an object has a status.');

const scalar = z.union([z.string(), z.number(), z.boolean()], 'must be a text, number or true/false');
const quantity = z
  .union([z.string(), z.number()], 'must be a number or a quantity. Example: 500m')
  .refine(isQuantity, 'must be a number or a quantity. Example: 500m');

const field = z
  .strictObject({
    object: reference.optional(),
    podsOf: pods.optional().describe('instead of object: every running pod of a workload'),
    path: text('a path of fields', 'spec.template.spec.containers[0].image', (value) => /^[\w.[\]/-]+$/.test(value)),
    called: text('a few words', 'the number of pods')
      .optional()
      .describe('what the player reads instead of the path, where that would give the answer away'),
    equals: scalar.optional().describe('it is this'),
    differs: scalar.optional().describe('it is something else'),
    oneOf: z.array(scalar).min(1).optional().describe('it is one of these'),
    contains: text('a piece of its text', 'nginx').optional().describe('its text has this piece'),
    atLeast: quantity.optional().describe('as a number or quantity it is so much or more'),
    atMost: quantity.optional().describe('as a number or quantity it is so much or less'),
    present: z.boolean('must be true or false').optional().describe('whether it is there at all'),
  })
  .refine((value) => (value.object === undefined) !== (value.podsOf === undefined), 'must have either object or podsOf')
  .refine(
    (value) =>
      ['equals', 'differs', 'oneOf', 'contains', 'atLeast', 'atMost', 'present'].some((name) => value[name as 'equals'] !== undefined),
    'must say what to compare with: equals, differs, oneOf, contains, atLeast, atMost or present',
  )
  .describe('A field of an object, or of each of a workload’s pods, compares. Only where the field is the lesson.');

function isQuantity(value: string | number): boolean {
  try {
    compareQuantities(String(value), '0');
    return true;
  } catch {
    return false;
  }
}

const endpoints = z
  .strictObject({
    service,
    min: count(1).default(1).describe('how many there must be at least'),
    max: count(3).optional().describe('how many there may be at most'),
    of: pods.optional().describe('only pods of this workload count, and no others may be among them'),
  })
  .describe('A service has ready endpoints.');

const logs = z
  .strictObject({
    of: pods,
    container: container.optional(),
    contains: texts('ready to accept connections').optional().describe('pieces that must be there, each of them'),
    lacks: texts('Permission denied').optional().describe('pieces that must not be there, none of them'),
    withinSeconds: seconds(30).optional().describe('only what was printed in the last so many seconds'),
  })
  .refine((value) => value.contains !== undefined || value.lacks !== undefined, 'must say contains or lacks')
  .describe('A container’s log has, or doesn’t have, lines. Never the only proof of a connection: a pod can echo the line.');

const events = z
  .strictObject({
    object: reference.optional().describe('what they are about; left out: anything in the level’s first namespace'),
    reason: text('a reason', 'BackOff'),
    expect: z.enum(['came', 'none'], 'must be came or none. Example: none').default('came').describe('whether there must be any, or none'),
    withinSeconds: seconds(60).default(60).describe('how far back is looked'),
  })
  .describe('Events with a reason came, or didn’t, in the last while.');

const dns = z
  .strictObject({
    from: pods,
    container: container.optional(),
    name: text('a name', 'backend-service.k8squest.svc.cluster.local', (value) => /^[\w.-]+$/.test(value)),
    expect: z
      .union(
        [z.enum(['any', 'unknown']), service, pods],
        'must be any, unknown, or whose addresses it gives. Example: service/backend-service',
      )
      .default('any')
      .describe('any address, unknown, or the addresses of an object as kind/name'),
  })
  .describe('A name resolves in a pod, to what.');

const rollout = z
  .strictObject({
    of: rolling,
    replicas: count(3).optional().describe('how many there must be at least'),
  })
  .describe('A workload’s newest revision is completely rolled out, and nothing of older ones is left.');

const simpleTypes = { connect, exec, unchanged, exists, absent, condition, field, endpoints, logs, events, dns, rollout } as const;

const action = z
  .strictObject({
    delete: pods.optional().describe('one running pod'),
    roll: rolling.optional().describe('restarts it as kubectl rollout restart does'),
    scale: z.strictObject({ object: rolling, to: count(0) }).optional(),
    wait: seconds(30).optional(),
  })
  .refine((value) => Object.keys(value).length === 1, 'must be one of delete, roll, scale, wait');

const triggered = z
  .strictObject({
    do: action.describe('what is done: one of delete, roll, scale, wait'),
    within: seconds(60).default(60).describe('seconds after which all of expect must hold'),
    always: z.strictObject({ connect }).optional().describe('must be met at every look on the way: nobody may notice'),
    expect: z
      .strictObject({
        connect: connect.optional(),
        rollout: rollout.optional(),
        endpoints: endpoints.optional(),
        logs: logs.optional(),
        exec: exec.optional(),
      })
      .optional()
      .describe('what must hold in the end'),
  })
  .describe('When all else is met, something is done, and what follows is looked at.');

export const objectiveTypes = { ...simpleTypes, triggered } as const;
export type ObjectiveType = keyof typeof objectiveTypes;
export type ObjectiveParameters = { [T in ObjectiveType]: z.infer<(typeof objectiveTypes)[T]> };

/** Types that hold from the start, and so may stand among the guards. */
export const guardTypes: readonly ObjectiveType[] = ['unchanged', 'exists', 'absent', 'field', 'connect', 'exec'];
