// The rights that playing on a real cluster needs: what `k8squest rbac` prints is enough, and with one less that one is named.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatYaml, type ManifestObject, parseManifest } from '../../src/apimachinery/manifest.ts';
import { definitionOf } from '../../src/cluster/api-paths.ts';
import { kubeconfigOf, readContext } from '../../src/cluster/context-kubeconfig.ts';
import { describeRight, missingRights, type Right, rightsFor } from '../../src/cluster/guard-access.ts';
import { RealApi } from '../../src/cluster/real-api.ts';
import { Connection } from '../../src/cluster/real-api-connection.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';
import { sceneOf } from '../../src/game/session.ts';
import { kubectlForTests } from '../kubectl.ts';
import { temporaryHome } from '../tui/terminal-driver.ts';
import { type ForeignCluster, lastingChanges, openForeignCluster, realContext } from './foreign-cluster.ts';
import { gamePrints, playLevel25 } from './play-level-25.ts';

type AccessQuery = Parameters<Parameters<typeof missingRights>[0]['canI']>[0];

test('with one right less, that one is named; with all, none', async () => {
  const rights = rightsFor(['k8squest', 'partner-tools'], [{ group: 'apps', resource: 'deployments' }]);
  const texts = rights.map(describeRight);
  expect(new Set(texts).size).toBe(texts.length);
  const ask = (lacking: string | undefined) => ({
    canI: async ({ verb, group, resource, subresource, namespace, name }: AccessQuery) =>
      verb !== '*' &&
      describeRight({ verb, group, resource: subresource ? `${resource}/${subresource}` : resource, namespace, ...(name && { name }) }) !==
        lacking,
  });
  expect(await missingRights(ask(undefined), rights)).toEqual([]);
  for (const lacking of texts) expect((await missingRights(ask(lacking), rights)).map(describeRight)).toEqual([lacking]);
});

// The simulated cluster has no roles of its own.
if (realContext !== undefined) describe('a user who has exactly what k8squest rbac prints', rightsOnRealCluster);

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

function rightsOnRealCluster(): void {
  const user = 'k8squest-test-player';
  const level = loadLevel('levels/3-networking/25-networkpolicy-too-restrictive') as Level;
  const scene = sceneOf(level);
  // The roles are bound for the whole cluster: what is missing in one namespace is missing in all.
  const all = rightsFor(scene.namespaces, [...scene.setup, ...scene.broken].map(definitionOf));
  const rights = all.filter(({ namespace }) => namespace === '' || namespace === scene.namespaces[0]);
  let foreign: ForeignCluster;
  let kubectl: string;
  let player: ReturnType<typeof temporaryHome>;
  let printed: string;
  let kubeconfig: string;

  beforeAll(async () => {
    [foreign, kubectl, player] = [await openForeignCluster(), await kubectlForTests(), temporaryHome()];
    const context = readContext(foreign.context, [foreign.kubeconfig]);
    kubeconfig = join(foreign.folder, 'of-the-player');
    writeFileSync(kubeconfig, kubeconfigOf({ ...context, user: { ...context.user, as: user } }, 'default'));
    printed = await gamePrints(['rbac', '--user', user], player.home, {});
    asOwner('apply', printed);
  }, 60_000);
  afterAll(async () => {
    asOwner('delete', printed);
    player.remove();
    await foreign.close();
  }, 60_000);

  function asOwner(verb: 'apply' | 'delete', manifest: string): void {
    const { status, stderr } = spawnSync(kubectl, ['--kubeconfig', foreign.kubeconfig, verb, '-f', '-'], {
      input: manifest,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  }

  test('plays level 25', async () => {
    const before = await foreign.dump();
    const environment = { K8SQUEST_KUBECTL: kubectl, KUBECONFIG: kubeconfig };
    await gamePrints(['allow', foreign.context, '--yes'], player.home, environment);
    await playLevel25(['--context', foreign.context], player.home, environment);
    expect(await lastingChanges(foreign, before)).toEqual([]);
  }, 300_000);

  test.each(rights.map((right) => [describeRight(right), right] as const))(
    'but may not %s is told so',
    async (text, right) => {
      const before = await foreign.dump();
      asOwner('apply', without(printed, right));
      try {
        const game = foreign.game('limited', { kubeconfig });
        const api = new RealApi(new Connection(foreign.context, kubeconfigOf(readContext(foreign.context, [kubeconfig]), 'default')));
        await expect
          .poll(() => missingRights(api, rights).then((missing) => missing.map(describeRight)), { timeout: 10_000 })
          .toEqual([text]);
        Object.assign(game, { capabilities: new Set(['network-policy']) });
        const playing = game.open().then(() => game.stage(scene));
        await expect(playing).rejects.toThrow(`your user on context "${foreign.context}" may not ${text}.`);
      } finally {
        asOwner('apply', printed);
      }
      expect(await foreign.changesSince(before)).toEqual([]);
    },
    60_000,
  );
}

/** The manifest's roles with that right taken away, and nothing else. */
function without(manifest: string, right: Right): string {
  const roles = parseManifest(manifest).filter(({ kind }) => kind === 'ClusterRole') as (ManifestObject & { rules: Rule[] })[];
  return roles.map((role) => formatYaml({ ...role, rules: role.rules.flatMap((rule) => split(rule, right)) })).join('---\n');
}

/** What is left of a rule, as up to three rules. */
function split(rule: Rule, { verb, group, resource, name }: Right): Rule[] {
  const isAbout =
    rule.apiGroups.includes(group) &&
    rule.resources.includes(resource) &&
    rule.verbs.includes(verb) &&
    rule.resourceNames?.includes(name!) !== false;
  if (!isAbout || (name === undefined) !== (rule.resourceNames === undefined)) return [rule];
  const others = (list: readonly string[], one: string | undefined) => list.filter((item) => item !== one);
  const parts: Rule[] = [
    { ...rule, resources: others(rule.resources, resource) },
    ...(rule.resourceNames ? [{ ...rule, resources: [resource], resourceNames: others(rule.resourceNames, name) }] : []),
    { ...rule, resources: [resource], ...(name && { resourceNames: [name] }), verbs: others(rule.verbs, verb) },
  ];
  return parts.filter(({ resources, verbs, resourceNames }) => resources.length > 0 && verbs.length > 0 && resourceNames?.length !== 0);
}
