// The API server against 5,925 recorded requests: patches of four kinds, apply, POST, PUT, sub-resources.
import { expect, test } from 'vitest';
import { isEqual } from '../../../../src/apimachinery/clone.ts';
import { type RecordedCase, RecordedServer, recordedRequests } from './recorded-requests.ts';

/** What isn't equal yet may not become more. */
const leastShare = 0.98;

test('the server answers recorded requests as a real one did', { timeout: 120_000 }, () => {
  const { objects, cases } = recordedRequests();
  const server = new RecordedServer(objects);
  const differing = cases.filter((recorded) => !isAnsweredAsRecorded(server, recorded));
  const share = 1 - differing.length / cases.length;
  const some = differing
    .slice(0, 20)
    .map(({ id, method, path, type, body }) => `#${id} ${method} ${path} ${type} ${JSON.stringify(body).slice(0, 120)}`);
  expect(share, [`${differing.length} of ${cases.length} differ`, ...some].join('\n')).toBeGreaterThanOrEqual(leastShare);
});

function isAnsweredAsRecorded(server: RecordedServer, recorded: RecordedCase): boolean {
  const { status, warnings, response } = server.ask(recorded);
  if (status !== recorded.status) return false;
  // The order of what such answers list changes from one time to the next in Kubernetes.
  if (recorded.unstable) return true;
  return isEqual(response, recorded.response) && isEqual(warnings, recorded.warnings ?? []);
}
