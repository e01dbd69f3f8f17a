// images.yaml: a level's own images, as data. Nothing of it runs on the player's machine.
import { z } from 'zod';
import { parseGoDuration } from '../apimachinery/duration.ts';
import { parseImageReference } from '../simulator/images/image-reference.ts';
import { text } from './schema-texts.ts';

const path = z.string().regex(/^\/[^\0]*$/, 'must be a path from the root. Example: /etc/motd');
const port = z
  .number('must be a port. Example: 8080')
  .int('must be a whole number')
  .min(1, 'must be 1 at least')
  .max(65_535, 'must be 65535 at most');
const status = z
  .number('must be an HTTP status. Example: 503')
  .int('must be a whole number')
  .min(100, 'must be 100 at least')
  .max(599, 'must be 599 at most');
const exitCode = z
  .number('must be an exit code. Example: 1')
  .int('must be a whole number')
  .min(0, 'must be 0 at least')
  .max(255, 'must be 255 at most');
const id = z.number('must be a user or group id. Example: 1000').int('must be a whole number').min(0, 'must be 0 at least');
const words = z.array(z.string('must be a text. Example: "3600"'), 'must be a list of words. Example: [/orders, --verbose]');
const duration = text('a duration', '200ms', (value) => parseGoDuration(value) !== undefined);
const anyText = z.string('must be a text');
const mebibytes = z.number('must be a number of MiB. Example: 64').min(0, 'must be 0 at least').max(1_048_576, 'must be 1048576 at most');

const onFail = z.strictObject({ status, body: anyText.optional(), log: anyText.optional() });

const route = z.strictObject({
  method: text('an HTTP method', 'POST', (value) => /^[A-Z]+$/.test(value)).optional(),
  path: text('a path from the root', '/orders/*', (value) => value.startsWith('/')),
  status: status.optional(),
  body: anyText.optional(),
  log: anyText.optional(),
  delay: duration.optional(),
  before: z.strictObject({ untilReady: z.strictObject({ status, body: anyText }).optional() }).optional(),
  calls: z.strictObject({ url: text('a URL', 'http://stock/'), onFail }).optional(),
  can: z.strictObject({ verb: text('a verb', 'list'), resource: text('a resource', 'pods'), onFail }).optional(),
  cpu: duration.optional(),
});

const service = z.strictObject({
  requireEnv: z.array(z.strictObject({ name: text('a variable', 'DATABASE_URL'), log: anyText, exit: exitCode.optional() })).optional(),
  startup: z.strictObject({ log: z.array(anyText).optional(), readyAfter: duration.optional() }).optional(),
  listen: z
    .strictObject({
      port: z.union([port, z.string()], 'must be a port, or a text with variables. Example: ${PORT:-8080}'),
      protocol: z.enum(['http', 'tcp'], 'must be http or tcp').optional(),
      routes: z.array(route, 'must be a list of routes').optional(),
    })
    .optional(),
  every: z.array(z.strictObject({ interval: duration, log: anyText })).optional(),
  memory: z.strictObject({ startMi: mebibytes, growMiPerS: mebibytes.optional(), maxMi: mebibytes.optional() }).optional(),
  exit: z.strictObject({ after: duration, code: exitCode, log: anyText.optional() }).optional(),
  onTerm: z
    .union(
      [z.literal('ignore'), z.strictObject({ after: duration.optional(), code: exitCode.optional(), log: anyText.optional() })],
      'must be ignore, or say after, code or log',
    )
    .optional(),
});

const file = z.union(
  [
    z.string(),
    z.strictObject({
      content: z.string().optional(),
      mode: z.number().int().min(0).max(0o7777).optional(),
      uid: id.optional(),
      gid: id.optional(),
      dir: z.boolean().optional(),
    }),
  ],
  'must be its text, or content, mode, uid, gid and dir. Example: { dir: true, uid: 1000 }',
);

const runnable = z.union(
  [text('a program', 'nginx'), z.strictObject({ script: text('a script', 'echo hello') }), z.strictObject({ service })],
  'must be a program of the simulator, a script, or a service. Example: { script: "echo hello" }',
);

const image = z.strictObject({
  ref: text('the name of an image', 'ghcr.io/teapot/orders', (value) => parseImageReference(value) !== undefined),
  tags: z
    .array(
      text('a tag', '"1.0"', (value) => /^\w[\w.-]{0,127}$/.test(value)),
      'must be a list of tags. Example: ["1.0"]',
    )
    .min(1, 'must name at least one')
    .optional(),
  from: text('an image to build upon', 'busybox:1.36', (value) => parseImageReference(value) !== undefined).optional(),
  entrypoint: words.optional(),
  cmd: words.optional(),
  env: z.record(z.string(), z.string('must be a text'), 'must be a mapping of names to texts').optional(),
  user: text('a user', '"1000"').optional(),
  workdir: path.optional(),
  ports: z.array(port, 'must be a list of ports. Example: [8080]').optional(),
  sizeBytes: z
    .number('must be a number of bytes')
    .int('must be a whole number')
    .min(1, 'must be 1 at least')
    .max(1e12, 'must be 1000000000000 at most')
    .optional(),
  files: z.record(path, file, 'must be a mapping of paths to files').optional(),
  bins: z.record(path, runnable, 'must be a mapping of paths to programs').optional(),
});

/** The whole of images.yaml. */
export const levelImagesSchema = z
  .array(image, 'must be a list of images. Example: [{ ref: ghcr.io/teapot/orders, tags: ["1.0"] }]')
  .check(({ value, issues }) => {
    for (const [index, { ref }] of value.entries()) {
      if (!value.slice(0, index).some((other) => repositoryOf(other.ref) === repositoryOf(ref))) continue;
      issues.push({ code: 'custom', path: [index, 'ref'], message: `is "${ref}" a second time. Put its tags together`, input: ref });
    }
  });

function repositoryOf(reference: string): string | undefined {
  return parseImageReference(reference)?.repository;
}
