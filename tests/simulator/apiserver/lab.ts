// An API server with one namespace to try requests on.

import { findKind } from '../../../src/apimachinery/kinds.ts';
import { parseYaml } from '../../../src/apimachinery/manifest.ts';
import type { Status } from '../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';

export type Json = Record<string, unknown>;

/** What came back: the object, or the Status that says why not. */
export interface Answer {
  readonly status: number;
  readonly body: Json & { message?: string; details?: Status['details'] };
  /** Texts of Warning headers. */
  readonly warnings: readonly string[];
}

export interface Lab {
  readonly server: ApiServer;
  /** Creates what a manifest says, in namespace 'lab' unless it names one. */
  create(manifest: string): Answer;
  /** A merge patch as an object, or a strategic one. */
  patch(path: string, patch: Json, type?: 'merge' | 'strategic-merge'): Answer;
  get(path: string): Answer;
}

export function createLab(seed = 7): Lab {
  const server = new ApiServer({ clock: new Clock(Date.parse('2026-11-24T23:00:00Z')), random: new Random(seed), adminToken: 'admin' });
  const client = server.client('test');
  client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' }, spec: {} });
  client.resource('serviceaccounts').create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'lab' } });
  const ask = (method: string, path: string, body: Json | undefined, contentType: string): Answer => {
    const answer = server.handle({
      method,
      path,
      query: new URLSearchParams(),
      headers: { authorization: 'Bearer admin', 'content-type': contentType, accept: 'application/json' },
      body: new TextEncoder().encode(body ? JSON.stringify(body) : ''),
    });
    if (answer.kind !== 'response') throw new Error(`${method} ${path} was answered by a stream`);
    const warnings = [answer.headers['warning'] ?? []].flat().map((text) => JSON.parse(text.replace(/^299 - /, '')) as string);
    return { status: answer.status, body: JSON.parse(new TextDecoder().decode(answer.body)), warnings };
  };
  return {
    server,
    create(manifest) {
      const object = parseYaml(manifest) as { apiVersion: string; kind: string; metadata?: { namespace?: string } };
      return ask('POST', collectionPath(object), object as unknown as Json, 'application/json');
    },
    patch: (path, patch, type = 'merge') => ask('PATCH', path, patch, `application/${type}-patch+json`),
    get: (path) => ask('GET', path, undefined, 'application/json'),
  };
}

function collectionPath(object: { apiVersion: string; kind: string; metadata?: { namespace?: string } }): string {
  const definition = findKind(object.apiVersion, object.kind);
  if (!definition) throw new Error(`${object.apiVersion} ${object.kind} isn't served`);
  const prefix = definition.group ? `/apis/${definition.group}/${definition.version}` : '/api/v1';
  return `${prefix}${definition.namespaced ? `/namespaces/${object.metadata?.namespace ?? 'lab'}` : ''}/${definition.resource}`;
}
