// `npm run generate`: writes all that is made from recordings of the real Kubernetes. tests/tidy.test.ts fails when the files are not what this writes.
import { readdirSync } from 'node:fs';

const steps = readdirSync(new URL('./generate/', import.meta.url)).filter(
  (file) => file.endsWith('.mjs') && !['served.mjs', 'descriptions.mjs'].includes(file),
);
for (const step of steps.sort()) await import(`./generate/${step}`);
