import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/store/database.js';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.js';
import { migrate } from '../../src/store/migrate.js';
import { ensurePartitions } from '../../src/store/partitions.js';
import { type Running, residentMegabytes, startServer } from '../../tests/helpers/processes.js';
import { drive, median, table } from '../lib.js';
import { benchAction } from './bench-action.js';
import { copyRowsPerSecond } from './copy-baseline.js';

const usage = `npm run bench:ingest [-- --runs 5 --seconds 6 --only a,b,c]

Measures the way of a row, each figure as a ratio against a baseline taken in the same run, medians of --runs:
  a  single actions acknowledged per second ÷ a bare route that parses and validates the same body
  b  batched actions per second (100 a request) ÷ COPY of the same rows over one connection
  c  a trivial GET with the hook pair recording each call ÷ the same without
and for (a) the p99 latency at half load, and the most resident memory of the service under all of it.
Starts a PostgreSQL of its own (fsync on) in a temporary folder; generator, service and database share this machine.`;

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
};
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const runs = Number(option('runs', '5'));
const seconds = Number(option('seconds', '6'));
const only = new Set(option('only', 'a,b,c').split(','));

const quiet = { info: () => undefined, warn: console.warn, error: console.error };
const progress = (text: string) => process.stderr.write(`${text}\n`);
const json = { 'content-type': 'application/json' };
const single = JSON.stringify(benchAction);
const batch = JSON.stringify({ actions: Array.from({ length: 100 }, () => benchAction) });
const number = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
const rows: string[][] = [['what', 'ours', 'baseline', 'ratio', 'bound']];
const report = (what: string, ours: number[], baseline: number[], bound: string) => {
  const ratio = median(ours.map((value, index) => value / (baseline[index] ?? Number.NaN)));
  rows.push([what, `${number(median(ours))}/s`, `${number(median(baseline))}/s`, ratio.toFixed(2), bound]);
};

const folder = await mkdtemp(join(tmpdir(), 'bench-ingest-'));
// Run by root, PostgreSQL runs as another user, who must get in.
await chmod(folder, 0o755);
const postgres = await startEmbeddedPostgres({ dataDir: folder, log: quiet });
const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
const running: Running[] = [];
try {
  await migrate(postgres.url, quiet);
  const database = openDatabase({ url: postgres.url, writers: 2, log: quiet });
  await ensurePartitions(database.reader, Date.now());
  await database.close();

  const service = await startServer({
    args: ['dist/server.js'],
    env: {
      DATABASE_URL: postgres.url,
      JWT_SECRET: 'bench-secret-of-at-least-32-bytes',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
    },
    ready: 'is ready at',
  });
  running.push(service);
  const post = (url: string, body: string, connections: number, rate?: number) =>
    drive({
      url,
      method: 'POST',
      headers: json,
      body,
      connections,
      seconds,
      ...(rate === undefined ? {} : { rate }),
    });
  const truncate = () => pool.query('TRUNCATE action_logs, service_metrics');
  const checked = (result: Awaited<ReturnType<typeof post>>) => {
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${result.non2xx} non-2xx, ${result.errors} errors`);
    return result.rps;
  };

  if (only.has('a')) {
    const bare = await startServer({
      args: ['--import', 'tsx', 'bench/ingest/bare-server.ts'],
      ready: 'listening',
    });
    running.push(bare);
    let highest = 0;
    for (const connections of [32, 128, 256]) {
      const ours: number[] = [];
      const baseline: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        baseline.push(checked(await post(`${bare.url}/api/log-action`, single, connections)));
        ours.push(checked(await post(`${service.url}/api/log-action`, single, connections)));
        await truncate();
        progress(`a, ${connections} connections: ${number(ours[run] ?? 0)} ÷ ${number(baseline[run] ?? 0)}`);
      }
      report(
        `a  single actions, ${connections} connections`,
        ours,
        baseline,
        connections === 256 ? '≥ 0.65' : '',
      );
      highest = median(ours);
    }
    await bare.stop();
    // autocannon spends each connection's share of a second in a burst; 256 bursts at once are a queue of its own making, so both are shown.
    for (const connections of [64, 256]) {
      const halves: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        halves.push((await post(`${service.url}/api/log-action`, single, connections, highest / 2)).p99);
        await truncate();
        progress(`a, p99 at half load, ${connections} connections: ${halves[run]} ms`);
      }
      const what = `a  p99 at ${number(highest / 2)}/s, ${connections} connections`;
      rows.push([what, `${median(halves)} ms`, '', '', '≤ 25 ms']);
    }
  }

  if (only.has('b')) {
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      baseline.push(await copyRowsPerSecond(pool, benchAction, 100_000));
      await truncate();
      ours.push(100 * checked(await post(`${service.url}/api/log-actions`, batch, 16)));
      await truncate();
      progress(`b: ${number(ours[run] ?? 0)} ÷ ${number(baseline[run] ?? 0)}`);
    }
    report('b  batched actions, 100 a request', ours, baseline, '≥ 0.50');
  }
  const memory = await residentMegabytes(service.pid);
  rows.push([
    '   service RSS: now / peak',
    `${number(memory.now)} / ${number(memory.peak)} MB`,
    '',
    '',
    '≤ 250 MB',
  ]);
  await service.stop();

  if (only.has('c')) {
    const server = await startServer({
      args: ['--import', 'tsx', 'bench/ingest/hook-server.ts'],
      env: { DATABASE_URL: postgres.url, NODE_ENV: 'production' },
      ready: 'listening',
    });
    running.push(server);
    const get = async (path: string) =>
      checked(await drive({ url: `${server.url}${path}`, connections: 64, seconds }));
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      baseline.push(await get('/bench/plain'));
      ours.push(await get('/bench/logged'));
      progress(`c: ${number(ours[run] ?? 0)} ÷ ${number(baseline[run] ?? 0)}`);
      if (run < runs - 1) await truncate();
    }
    report('c  trivial GET with the hook pair', ours, baseline, '≥ 0.70');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const dropped = /^own_call_rows_dropped_total (\d+)/m.exec(metrics)?.[1] ?? '?';
    rows.push(['   own-call rows dropped in (c)', dropped, '', '', '0']);
    await server.stop();
  }
  console.log(`\n${table(rows)}\n`);
} finally {
  for (const server of running) await server.stop();
  await pool.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
