// What differs from cluster to cluster in kubectl's output, and from run to run, is blanked on both sides; everything else must be equal.

/** What the blanking depends on. */
export interface Surroundings {
  /** All commands of the scenario: addresses and ports that they spell out are kept. */
  readonly commands: string;
  readonly nodes: readonly string[];
  readonly folder: string;
}

const letters = '[bcdfghjklmnpqrstvwxz2456789]';
const age = String.raw`(?:\d+[smhdy])+`;
const duration = String.raw`(?:[\d.]+ ?(?:milliseconds|ms|µs|ns|h|m|s))+`;
const rules: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>'],
  [/(sha256:)[0-9a-f]{64}\b/g, '$1<digest>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/(resource[vV]ersion"?: ?)"?\d+"?/g, '$1<rv>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /gm, '<log> '],
  [/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\b/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} [A-Z]+\b/g, '<time>'],
  [new RegExp(String.raw`\(x\d+ over ${age}\)`, 'g'), '(<age>)'],
  [new RegExp(String.raw`\(${age} ago\)`, 'g'), '(<age> ago)'],
  [new RegExp(String.raw`\b(back-off|after|in) ${duration}( \(${duration} including waiting\))?(?=[\s.,:]|$)`, 'g'), '$1 <duration>'],
  [/(Image size: )\d+ bytes/g, '$1<size>'],
  [/(pod-template-hash[=:] ?|controller-revision-hash[=:] ?)[\w-]+/g, '$1<hash>'],
  [new RegExp(String.raw`-${letters}{8,10}-${letters}{5}\b`, 'g'), '-<hash>-<id>'],
  [new RegExp(String.raw`-${letters}{8,10}\b`, 'g'), '-<hash>'],
  [new RegExp(String.raw`-${letters}{5}\b`, 'g'), '-<id>'],
  [/-(29|3\d)\d{6}\b/g, '-<minute>'],
];
const timedColumns = new Set(['AGE', 'Age', 'LAST SEEN', 'FIRST SEEN', 'DURATION', 'LAST SCHEDULE']);
const keptAddresses = new Set(['127.0.0.1', '0.0.0.0', '10.96.0.1', '10.96.0.10']);

/** The lines of one stream of one step. `named` holds the nodes that the step has shown so far. */
export function normalised(text: string, { commands, nodes, folder }: Surroundings, named: Map<string, string>): string[] {
  let result = withoutAges(text.replaceAll(folder, '<folder>'));
  result = withoutNodes(result, nodes, named);
  for (const [pattern, replacement] of rules) result = result.replace(pattern, replacement);
  result = withoutAddresses(result, commands);
  return result
    .split('\n')
    .filter((line) => !ownRaces.some((race) => race.test(line)))
    .map((line) => line.replace(/(?<=\S) {2,}(?=\S)/g, '   ').trimEnd());
}

/**
 * What kubectl logs now and then when two of its own timers race; the server has no part in it. At its own time limit (`delete --timeout=2s`) the
 * reflector and the deadline race, about one time in three: the answer to the watch stood long before. And an exec'd command that ends after 5 s, as
 * `wget --timeout=5` does, ends just when the heartbeat pings (kubernetes: client-go/tools/remotecommand/websocket.go, pingPeriod): the ping may find
 * that kubectl has said its close already, about one time in a hundred.
 */
const ownRaces = [
  /^<log> reflector\.go:\d+\] "Failed to watch" err="context deadline exceeded"/,
  /^<log> websocket\.go:\d+\] Websocket Ping failed: websocket: close sent$/,
];

/** Blanks the cells below the headings that mean an age; kubectl aligns them. */
function withoutAges(text: string): string {
  let columns: [number, number | undefined][] = [];
  return text
    .split('\n')
    .map((line) => {
      const titles = [...line.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ start: match.index, title: match[0] }));
      if (titles.length > 1 && titles.some(({ title }) => timedColumns.has(title))) {
        columns = titles.flatMap(({ start, title }, index): [number, number | undefined][] =>
          timedColumns.has(title) ? [[start, titles[index + 1]?.start]] : [],
        );
        return line;
      }
      if (!line.trim()) columns = [];
      return columns.toReversed().reduce(blankAge, line);
    })
    .join('\n');
}

const agedCell = new RegExp(String.raw`^${age}( \(x\d+ over ${age}\))?(?=\s|$)`);

function blankAge(line: string, [start, end]: [number, number | undefined]): string {
  const cell = line.slice(start, end);
  return line.slice(0, start) + cell.replace(agedCell, '<age>') + (end === undefined ? '' : line.slice(end));
}

function withoutNodes(text: string, nodes: readonly string[], named: Map<string, string>): string {
  const names = [...nodes].sort((one, other) => other.length - one.length).join('|');
  return text.replace(
    new RegExp(String.raw`(?<![\w.])(${names})(?!\w)|(?<=-)(${names})(?!\w)`, 'g'),
    (_, alone?: string, behind?: string) => {
      const name = alone ?? behind ?? '';
      const label = named.get(name) ?? `node-${'ABCDEFGH'.charAt(named.size)}`;
      named.set(name, label);
      return label;
    },
  );
}

function withoutAddresses(text: string, commands: string): string {
  const spelled = (value: string, bounds: readonly [string, string]) =>
    new RegExp(`${bounds[0]}${value.replaceAll('.', String.raw`\.`)}${bounds[1]}`).test(commands);
  const isAddress = (value: string) => keptAddresses.has(value) || spelled(value, [String.raw`(?<![\d.])`, String.raw`(?![\d.])`]);
  const isPort = (value: string) => spelled(value, [String.raw`\b`, String.raw`\b`]);
  return text
    .replace(/(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]\d)/g, (found) => (isAddress(found) ? found : '<ip>'))
    .replace(/(?<=:)(3[0-2]\d{3})(?=\/)|(?<=odePort: )(3[0-2]\d{3})\b/g, (found) => (isPort(found) ? found : '<port>'))
    .replace(/(NodePort: +\S+ +)(3[0-2]\d{3})(?=\/)/g, (found, before: string, port: string) => (isPort(port) ? found : `${before}<port>`));
}
