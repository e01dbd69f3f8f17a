// docs/objectives.md: every type of objective, its parameters from the schemas and its proved example.
import { mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { guardTypes, objectiveTypes } from '../../src/game/objective-types.ts';
import { objectiveExamples } from '../../tests/authoring/objective-examples.ts';

const pages = Object.entries(objectiveTypes).map(([type, schema]) => section(type, z.toJSONSchema(schema, { io: 'input' })));
mkdirSync('docs', { recursive: true });
writeFileSync('docs/objectives.md', `${introduction()}\n${pages.join('\n')}`);

function introduction() {
  const links = Object.keys(objectiveTypes).map((type) => `[\`${type}\`](#${type})`);
  return `<!-- \`npm run generate\` writes this file from src/game/objective-types.ts and tests/authoring/objective-examples.ts. -->

# Types of objectives

An objective or guard in \`mission.yaml\` has an \`id\`, a \`title\` and exactly one type with its parameters: ${links.join(', ')}.
Guards must hold from the start: ${guardTypes.map((type) => `\`${type}\``).join(', ')}.

Objects are named \`kind/name\`, or \`namespace/kind/name\` outside the level's first namespace. A workload (deployment, statefulset, daemonset,
replicaset, job) stands for its running pods.

The examples are about the level that \`k8squest new\` makes: two pods of a deployment greeter, a service greeter whose selector fits none of
them, and a visitor that asks \`http://greeter/\`. Each is proved: unmet first, met afterwards.
`;
}

function section(type, { description, ...schema }) {
  const { goal, unmet, met } = objectiveExamples[type];
  const note =
    type === 'unchanged'
      ? '\nWith `sameObject: true` beside it, deleting and making them anew is refused as well. Then the pods of a StatefulSet may stand here too.\n'
      : '';
  return `## ${type}

${description}
${note}
\`\`\`yaml
- id: an-example
  title: What the player reads
${goal.replace(/^/gm, '  ')}
\`\`\`

Unmet: ${unmet}. Met: ${met}.

${parameters(schema)}`;
}

function parameters(schema) {
  if (schema.type === 'array') return `Its value is a list, of at least one: ${schema.items.description}.\n`;
  const rows = Object.entries(schema.properties).map(([name, property]) => {
    const need = schema.required?.includes(name)
      ? 'yes'
      : property.default === undefined
        ? ''
        : `\`${JSON.stringify(property.default)}\` if left out`;
    return `| \`${name}\` | ${valuesOf(property)} | ${need} | ${property.description ?? ''} |`;
  });
  return `| parameter | value | needed | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function valuesOf(property) {
  const { type, enum: words, examples, items, anyOf, minimum, maximum, properties } = property;
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map(valuesOf))].join(', ');
  if (properties)
    return `a mapping of ${Object.keys(properties)
      .map((name) => `\`${name}\``)
      .join(', ')}`;
  if (type === 'array')
    return `a list${items.examples ? `, as \`[${items.examples[0]}]\`` : items.anyOf || Array.isArray(items.type) ? ` of ${valuesOf(items)}` : ' of words'}`;
  if (type === 'integer') return `a whole number${maximum < 1e9 ? `, ${minimum} to ${maximum}` : `, ${minimum} or more`}`;
  if (type === 'boolean') return '`true` or `false`';
  if (examples) return `as \`${examples[0]}\``;
  return [type]
    .flat()
    .map((name) => (name === 'string' ? 'a text' : `a ${name}`))
    .join(', ');
}
