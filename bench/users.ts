import { parseArgs } from 'node:util';
import type { UserFinding } from '../src/alerts/users/raised.js';
import { UserWatch } from '../src/alerts/users/user-watch.js';
import type { WatchedRow } from '../src/alerts/users/watched-row.js';
import type { Plant } from './users/plants.js';
import { byKind, scoreFindings } from './users/score.js';
import { simulate } from './users/simulate.js';

const usage = `npm run bench:users [-- --seeds 1,2,3,4,5] [--users 20000] [--days 5] [--plants 50] [--verbose]

Watches days of a simulated platform with planted cases of seven kinds and says, for each seed: precision (planted cases found, by those and the wrong
findings), recall, by kind; rows a second of the watch alone; the size of its state.`;
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    users: { type: 'string', default: '20000' },
    days: { type: 'string', default: '5' },
    plants: { type: 'string', default: '50' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const AT_ONCE = 20_000;
const timeOf = (unixMs: number) => new Date(unixMs).toISOString().slice(8, 16).replace('T', ' ');

function run(seed: number): { precision: number; recall: number } {
  const plants: Plant[] = [];
  const watch = new UserWatch();
  const findings = new Map<string, UserFinding>();
  let rows = 0;
  let milliseconds = 0;
  const feed = (part: WatchedRow[]) => {
    const started = performance.now();
    for (const row of part) {
      for (const finding of watch.observe(row)) {
        findings.set(
          `${finding.detector} ${finding.subject_kind} ${finding.subject} ${finding.first_at}`,
          finding,
        );
      }
    }
    milliseconds += performance.now() - started;
    rows += part.length;
  };
  const simulation = {
    seed,
    users: Number(values.users),
    days: Number(values.days),
    plants: Number(values.plants),
  };
  let part: WatchedRow[] = [];
  for (const row of simulate(simulation, plants)) {
    part.push(row);
    if (part.length < AT_ONCE) continue;
    feed(part);
    part = [];
  }
  feed(part);
  const scored = scoreFindings(plants, [...findings.values()]);
  let bytes = 0;
  for (const piece of watch.parts()) bytes += JSON.stringify(piece).length;
  console.log(
    `seed ${seed}: precision ${scored.precision.toFixed(3)} (${scored.wrong.length} wrong), recall ${scored.recall.toFixed(3)}; ${rows.toLocaleString('en')} rows, ${Math.round((1_000 * rows) / milliseconds).toLocaleString('en')}/s; state ${(bytes / 1e6).toFixed(1)} MB of JSON`,
  );
  for (const line of byKind(scored)) console.log(line);
  if (values.verbose) {
    for (const { kind, what, from } of scored.missed)
      console.log(`  missed: ${kind}, ${what}, ${timeOf(from)}`);
    for (const { detector, subject, score, reason, at } of scored.wrong) {
      console.log(`  wrong: ${timeOf(at)} ${detector} ${subject} ${score}: ${reason}`);
    }
    console.log(`  sizes: ${JSON.stringify(watch.sizes())}`);
  }
  return scored;
}

const results = values.seeds.split(',').map((seed) => run(Number(seed)));
const least = (of: 'precision' | 'recall') => Math.min(...results.map((result) => result[of])).toFixed(3);
console.log(`lowest precision ${least('precision')}, lowest recall ${least('recall')}`);
