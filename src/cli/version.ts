// The version, from package.json: beside dist/ in a package and a built clone, two above src/cli/ in tests.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const manifest = ['..', '../..'].map((way) => join(here, way, 'package.json')).find((path) => existsSync(path));

export const version = manifest ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : 'unknown';
