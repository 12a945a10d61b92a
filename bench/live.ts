import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.js';
import { migrate } from '../src/store/migrate.js';
import { type Running, startServer } from '../tests/helpers/processes.js';
import { median, table } from './lib.js';
import { bareHints } from './live/bare-hints.js';
import { liveAction } from './live/live-action.js';
import type { LoadOrder, LoadReport } from './live/send-load.js';
import { subscriptions } from './live/subscriptions.js';
import { clear, type Watcher, watch } from './live/watchers.js';

const usage = `npm run bench:live [-- --runs 3 --seconds 10 --rate 5000 --batch 50]

The live feed over two replicas (processes of their own) on one PostgreSQL: --rate actions a second in batches of --batch, in turn to each, and a hundred
subscribers with different filters, half at each. Medians of --runs, each of --seconds:
  - from commit to receipt, p50 and p99 over all subscribers; beside a bare NOTIFY in the same seconds; lost and twice, by comparing ids
    with what each filter should let through (told: a subscriber that could not keep up was told of a gap)
  - actions acknowledged a second, and the time of a request, with and without subscribers
  - the same while the LISTEN connections of both replicas are killed every second: lost and twice
Load, subscribers, replicas and database share this machine. Run \`npm run build\` before.`;

const option = (name: string, fallback: string): number => {
  const at = process.argv.indexOf(`--${name}`);
  return Number(at === -1 ? fallback : (process.argv[at + 1] ?? fallback));
};
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const [runs, seconds, rate, batch] = [
  option('runs', '3'),
  option('seconds', '10'),
  option('rate', '5000'),
  option('batch', '50'),
];
const progress = (text: string) => process.stderr.write(`${text}\n`);
const quiet = { info: () => undefined, warn: console.warn, error: console.error };
/** Seconds after which the replicas' code is compiled. */
const WARM_UP = 15;
const PASSWORD = 'bench-password-1';

interface Phase {
  load: LoadReport;
  /** ms from commit to receipt, sorted. */
  delays: number[];
  /** ms of a bare hint in the same seconds, sorted. */
  bare: number[];
  /** Neither received nor told of by a gap. */
  lost: number;
  /** Not received, by a subscriber that was told so: it could not keep up. */
  told: number;
  twice: number;
}

const folder = await mkdtemp(join(tmpdir(), 'bench-live-'));
// Run by root, PostgreSQL runs as another user, who must get in.
await chmod(folder, 0o755);
const postgres = await startEmbeddedPostgres({
  dataDir: folder,
  log: quiet,
  settings: { track_commit_timestamp: 'on' },
});
const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
const replicas: Running[] = [];
try {
  await migrate(postgres.url, quiet);
  for (let index = 0; index < 2; index += 1)
    replicas.push(
      await startServer({
        args: ['dist/server.js'],
        env: {
          DATABASE_URL: postgres.url,
          JWT_SECRET: 'bench-secret-of-at-least-32-bytes',
          ADMIN_PASSWORD: PASSWORD,
          RATE_LIMIT: 'off',
          LOG_LEVEL: 'error',
          NODE_ENV: 'production',
        },
        ready: 'is ready at',
      }),
    );
  const urls = replicas.map(({ url }) => url);
  const login = await fetch(`${urls[0]}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@foodieexpress.local', password: PASSWORD }),
  });
  const { access_token } = (await login.json()) as { access_token: string };

  const phases: Record<'quiet' | 'watched' | 'killed', Phase[]> = { quiet: [], watched: [], killed: [] };
  await measure(urls, [], WARM_UP);
  for (let run = 0; run < runs; run += 1) {
    phases.quiet.push(await measure(urls, [], seconds));
    const watchers = await watch(urls, access_token, subscriptions());
    await sleep(500);
    phases.watched.push(await measure(urls, watchers, seconds));
    const killing = killListeners(seconds);
    phases.killed.push(await measure(urls, watchers, seconds));
    const killed = await killing;
    for (const { socket } of watchers) socket.close();
    await Promise.all(watchers.map(({ socket }) => once(socket, 'close')));
    const [still, watched] = [phases.quiet.at(-1), phases.watched.at(-1)];
    progress(
      `run ${run + 1}: ${number(still?.load.rate)} a second alone, ${number(watched?.load.rate)} watched; p50 ${number(at(watched?.delays, 0.5), 1)} ms, ` +
        `p99 ${number(at(watched?.delays, 0.99), 1)} ms; ${killed} connections killed`,
    );
  }
  console.log(`\n${table(rowsOf(phases))}\n`);
} finally {
  for (const replica of replicas) await replica.stop();
  await pool.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** One load, and what came of it to whoever watches. */
async function measure(urls: string[], watchers: Watcher[], duration: number): Promise<Phase> {
  clear(watchers);
  const bareEnd = await bareHints(postgres.url);
  const sender = fork(new URL('live/send-load.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  });
  sender.send({ urls, rate, batch, seconds: duration } satisfies LoadOrder);
  const [load] = (await once(sender, 'message')) as [LoadReport];
  const bare = await bareEnd();
  // Whatever is not there by then is lost.
  await sleep(3_000);
  const commitAt = await commitTimes();
  const delays: number[] = [];
  let [lost, told, twice] = [0, 0, 0];
  for (const { subscription, ids, times, gaps } of watchers) {
    const wanted = new Set(load.ids.filter((_, index) => subscription.fits(liveAction(index))));
    const came = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (came.has(id)) twice += 1;
      came.add(id);
      // The service's own calls are actions too; nobody here signs in meanwhile.
      if (!wanted.delete(id)) throw new Error(`${JSON.stringify(subscription.filter)} was sent ${id}`);
      delays.push((times[index] ?? Number.NaN) - (commitAt.get(id) ?? Number.NaN));
    }
    if (gaps > 0) told += wanted.size;
    else lost += wanted.size;
  }
  await pool.query('TRUNCATE action_logs, service_metrics, rollup_deltas');
  return { load, delays: delays.sort((a, b) => a - b), bare, lost, told, twice };
}

/** When the flush of each action committed, Unix ms: PostgreSQL remembers it (track_commit_timestamp). */
async function commitTimes(): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ at: string; ids: string }>(
    `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 AS at, encode(actions, 'hex') AS ids
     FROM commits
     WHERE actions IS NOT NULL AND at > now() - make_interval(secs => $1)`,
    [seconds + 30],
  );
  const times = new Map<string, number>();
  for (const { at: text, ids } of rows) {
    for (let start = 0; start < ids.length; start += 32) {
      const hex = ids.slice(start, start + 32);
      const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
      times.set(id, Number(text));
    }
  }
  return times;
}

/** Kills what listens, every second. Returns how many connections that were. */
async function killListeners(duration: number): Promise<number> {
  let killed = 0;
  for (let second = 0; second < duration; second += 1) {
    await sleep(1_000);
    const { rowCount } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'foodieexpress-listener'`,
    );
    killed += rowCount ?? 0;
  }
  return killed;
}

function at(sorted: readonly number[] | undefined, share: number): number | undefined {
  return sorted?.[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function number(value: number | undefined, digits = 0): string {
  return value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: digits });
}

function rowsOf(phases: Record<'quiet' | 'watched' | 'killed', Phase[]>): string[][] {
  const sum = (of: Phase[], figure: (phase: Phase) => number) =>
    of.reduce((total, phase) => total + figure(phase), 0);
  const middle = (of: Phase[], figure: (phase: Phase) => number | undefined) =>
    median(of.map((phase) => figure(phase) ?? Number.NaN));
  const quantiles = (of: Phase[], times: (phase: Phase) => number[]) =>
    [0.5, 0.99]
      .map((share) =>
        number(
          middle(of, (phase) => at(times(phase), share)),
          1,
        ),
      )
      .join(', ');
  const row = (what: string, of: Phase[]) => [
    what,
    number(middle(of, ({ load }) => load.rate)),
    quantiles(of, ({ load }) => load.times),
    of === phases.quiet ? '' : quantiles(of, ({ delays }) => delays),
    quantiles(of, ({ bare }) => bare),
    number(sum(of, ({ delays }) => delays.length)),
    `${sum(of, ({ lost }) => lost)}, ${sum(of, ({ twice }) => twice)}, ${sum(of, ({ told }) => told)}`,
  ];
  const ratio = median(
    phases.watched.map(({ load }, index) => load.rate / (phases.quiet[index]?.load.rate ?? Number.NaN)),
  );
  return [
    [
      'p50, p99 in ms',
      'actions/s',
      'request',
      'commit to receipt',
      'bare hint',
      'received',
      'lost, twice, told',
    ],
    row('no subscribers', phases.quiet),
    row('100 subscribers', phases.watched),
    row('LISTEN killed each second', phases.killed),
    ['wanted', '', '', '15, 50', '', '', '0, 0'],
    ['rate with ÷ without (≥ 0.9)', ratio.toFixed(3), '', '', '', '', ''],
  ];
}
