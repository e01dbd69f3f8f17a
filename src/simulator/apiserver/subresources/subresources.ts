// Which sub-resource answers which verb, and how.
import { StatusError } from '../../../apimachinery/status-error.ts';
import type { Call, Handler } from '../handlers/call.ts';
import { get } from '../handlers/get.ts';
import { patch } from '../handlers/patch.ts';
import { objectTarget } from '../handlers/target.ts';
import { update } from '../handlers/update.ts';
import type { ApiAnswer } from '../request.ts';
import { createBinding } from './binding.ts';
import { createEviction } from './eviction.ts';
import { podAttach, podExec, podLog, podPortForward } from './pod-streams.ts';
import { getScale, scaleTarget } from './scale.ts';

type Verbs = Readonly<Partial<Record<string, Handler>>>;

/** GET, PUT and PATCH of a sub-resource that shows the whole object. */
const whole: Verbs = {
  get,
  update: (call) => update(call, objectTarget(call)),
  patch: (call) => patch(call, objectTarget(call)),
};
/** Exec and the like come as GET (WebSocket) and as POST (SPDY). */
const connect = (handler: Handler): Verbs => ({ get: handler, create: handler });

const scale: Verbs = {
  get: getScale,
  update: (call) => update(call, scaleTarget(call)),
  patch: (call) => patch(call, scaleTarget(call)),
};

const table: Readonly<Record<string, Verbs>> = {
  status: whole,
  scale,
  'pods/ephemeralcontainers': whole,
  'pods/binding': { create: createBinding },
  'pods/eviction': { create: createEviction },
  'pods/log': { get: podLog },
  'pods/exec': connect(podExec),
  'pods/attach': connect(podAttach),
  'pods/portforward': connect(podPortForward),
  'namespaces/finalize': { update: (call) => update(call, objectTarget(call)) },
  'pods/resize': { get, update: refuseResize, patch: refuseResize },
  'pods/proxy': everyVerb(refuseProxy),
  'nodes/proxy': everyVerb(refuseProxy),
  'services/proxy': everyVerb(refuseProxy),
};

/** The verbs of a sub-resource; undefined when the resource has no such one. */
export function subresourceVerbs(call: Call): Verbs | undefined {
  const { definition, info } = call;
  if (!definition.subresources?.includes(info.subresource)) return undefined;
  return table[`${definition.resource}/${info.subresource}`] ?? table[info.subresource];
}

function everyVerb(handler: Handler): Verbs {
  return { get: handler, create: handler, update: handler, patch: handler, delete: handler };
}

function refuseResize(): ApiAnswer {
  throw notSimulated('resizing a running pod');
}

function refuseProxy(call: Call): ApiAnswer {
  throw notSimulated(`proxying to ${call.definition.resource}`);
}

function notSimulated(what: string): StatusError {
  return new StatusError(501, 'NotImplemented', `K8sQuest's cluster does not simulate ${what}`);
}
