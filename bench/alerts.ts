import { MINUTE } from '../demo/durations.js';
import { type Firing, replay } from '../src/alerts/engine/replay.js';
import type { Rule } from '../src/alerts/engine/rule.js';
import { defaultRules } from '../src/alerts/rules/default-rules.js';
import { kinds } from './alerts/incident.js';
import { DAYS, monthOf, START } from './alerts/month.js';
import { type Found, scoreOf } from './alerts/score.js';
import { median } from './lib.js';

const usage = `npm run bench:alerts [-- --seeds 1,2,3,4,5] [--explain] [--scale 1] [--incidents 40]

Runs the default rules over a simulated month of a platform (four weeks, the first without incidents), through the engine's own steps, and tells what of
its incidents was found, how soon, and what was told that was none.

  --seeds LIST      months to simulate (1,2,3,4,5)
  --explain         each incident and false alarm that there is something to say of
  --scale N         a part of the traffic: 0.002 is a shop with three calls a minute (1)
  --incidents N     (40)
`;
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const option = (name: string, usual: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? usual : (process.argv[at + 1] ?? usual);
};
const seeds = option('seeds', '1,2,3,4,5').split(',').map(Number);
const explains = process.argv.includes('--explain');
const scale = Number(option('scale', '1'));
const incidents = Number(option('incidents', '40'));

const rules: Rule[] = defaultRules.map(({ builtin, rule }) => ({ ...rule, id: builtin, version: 1 }));

const seconds = (times: readonly number[], part: number): string => {
  const sorted = [...times].sort((a, b) => a - b);
  const value = part === 0.5 ? median(sorted) : (sorted[Math.ceil(part * sorted.length) - 1] ?? 0);
  return times.length === 0 ? '-' : `${(value / 1_000).toFixed(0)}`;
};
const timesOf = (found: readonly Found[], kind: string): number[] =>
  found.flatMap(({ incident, after }) => (incident.kind === kind && after !== undefined ? [after] : []));
const time = (at: number): string => new Date(at).toISOString().slice(5, 16).replace('T', ' ');

function explain(found: readonly Found[], falseAlarms: readonly Firing[]): void {
  for (const { incident, firing } of found)
    if (!firing)
      console.log(
        `  missed     ${time(incident.begin)} to ${time(incident.end).slice(6)}  ${incident.kind}: ${incident.what}`,
      );
  for (const { rule, fired_at, resolved_at, summary } of falseAlarms) {
    const length = resolved_at === undefined ? 'on' : `${Math.round((resolved_at - fired_at) / MINUTE)} min`;
    console.log(`  no incident ${time(fired_at)} for ${length}  ${rule.id}: ${summary}`);
  }
}

const all: Found[] = [];
for (const seed of seeds) {
  const began = performance.now();
  const month = monthOf(seed, { incidents, scale });
  const { firings, steps } = await replay(rules, month.past, START, START + DAYS * 1_440 * MINUTE);
  const { found, falseAlarms } = scoreOf(month.incidents, firings);
  all.push(...found);
  const recall = found.filter(({ firing }) => firing).length;
  const outages = timesOf(found, 'outage');
  console.log(
    `seed ${seed}: found ${recall} of ${found.length} (${(recall / Math.max(1, found.length)).toFixed(3)}), ` +
      `false alarms a week ${((falseAlarms.length * 7) / DAYS).toFixed(2)}, outages after ${seconds(outages, 0.5)} s (median), ` +
      `${firings.length} firings, ${steps} steps in ${((performance.now() - began) / 1_000).toFixed(0)} s`,
  );
  if (explains) explain(found, falseAlarms);
}

console.log(`\n${'kind'.padEnd(24)}  found   median s   p90 s`);
for (const kind of kinds) {
  const of = all.filter(({ incident }) => incident.kind === kind);
  const times = timesOf(all, kind);
  console.log(
    `${kind.padEnd(24)}  ${`${times.length}/${of.length}`.padStart(5)}   ${seconds(times, 0.5).padStart(8)}   ${seconds(times, 0.9).padStart(5)}`,
  );
}
