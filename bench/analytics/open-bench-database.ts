import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.js';
import type { ServerSettings } from '../../src/store/embedded/server-settings.js';
import { migrate } from '../../src/store/migrate.js';
import { rebuildDay } from '../../src/store/rollups/rebuild-rollups.js';
import { ROOT } from '../../tests/helpers/processes.js';
import { loadActions, loadOrderEvents } from './load-rows.js';
import { rebuildAllOrders } from './rebuild-all-orders.js';

const MIGRATIONS = join(ROOT, 'prisma/migrations');

const DAY = 86_400_000;
const DAYS = 90;

/** To be raised when the rows that a seed gives change, so that a kept database of before is made anew. */
const VERSION = 1;

export interface DataSet {
  rows: number;
  orders: number;
  heavyRows: number;
  seed: number;
}

/** What a kept database says about itself. */
interface Kept extends DataSet {
  version: number;
  /** Of the migrations that made its tables. */
  schema: string;
  /** Unix ms. */
  from: number;
  to: number;
  /** What is done of the load: one that was stopped goes on after it. */
  done: Stage[];
}

type Stage = 'actions' | 'events' | 'rollups' | 'orders' | 'vacuum';
const STAGES: readonly Stage[] = ['actions', 'rollups', 'events', 'vacuum', 'orders'];

export interface BenchDatabase {
  url: string;
  /** PostgreSQL's data directory. */
  cluster: string;
  /** The span of the rows, Unix ms. */
  from: number;
  to: number;
  close(): Promise<void>;
}

type Progress = (text: string) => void;

const log = { info: () => undefined, warn: console.warn, error: console.error };

/** Nothing of a load need survive a crash: no WAL for tables that a transaction made itself, no waiting for the disk. */
const forLoading: ServerSettings = {
  fsync: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  autovacuum: 'off',
};

/**
 * A PostgreSQL of the bench's own with the rows of a data set, their rollups and orders, vacuumed and analysed, under the settings that the service
 * gives its own. In `keep` it stays, and the next call with the same data set takes it as it is, with the actions of the time since then added.
 */
export async function openBenchDatabase(
  set: DataSet,
  keep: string | undefined,
  progress: Progress,
): Promise<BenchDatabase> {
  const folder = keep ? join(keep, String(set.rows)) : await mkdtemp(join(tmpdir(), 'bench-analytics-'));
  await mkdir(folder, { recursive: true });
  // Run by root, PostgreSQL runs as another user, who must get in.
  if (keep) await chmod(keep, 0o755);
  await chmod(folder, 0o755);
  const note = join(folder, 'data-set.json');
  const dataDir = join(folder, 'data');
  const wanted = { ...set, version: VERSION, schema: await schemaHash() };
  const stored = await readNote(note);
  const same = Object.entries(wanted).every(([name, value]) => stored?.[name as keyof Kept] === value);
  const now = Date.now();
  const kept = stored && same ? stored : { ...wanted, from: now - DAYS * DAY, to: now, done: [] };
  if (kept !== stored) await rm(dataDir, { recursive: true, force: true });
  if (kept.done.length < STAGES.length) {
    const loading = await startEmbeddedPostgres({ dataDir, log, settings: forLoading });
    try {
      await migrate(loading.url, log);
      await load(loading.url, kept, progress, () => writeFile(note, JSON.stringify(kept)));
    } finally {
      await loading.stop();
    }
  }
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  const close = async () => {
    await postgres.stop();
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  try {
    const to = await topUp(postgres.url, kept, progress);
    await writeFile(note, JSON.stringify({ ...kept, to }));
    return { url: postgres.url, cluster: postgres.cluster, from: kept.from, to, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function schemaHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(MIGRATIONS)).sort()) {
    hash.update(await readFile(join(MIGRATIONS, name, 'migration.sql')).catch(() => ''));
  }
  return hash.digest('hex').slice(0, 16);
}

async function readNote(path: string): Promise<Kept | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

async function load(url: string, set: Kept, progress: Progress, note: () => Promise<void>): Promise<void> {
  const { seed, from, to, rows, heavyRows, orders } = set;
  const work: Record<Stage, () => Promise<unknown>> = {
    actions: () => loadActions(url, { seed, from, to, rows, heavyRows }, progress),
    rollups: () => rebuildDays(url, from, to, progress),
    events: () => loadOrderEvents(url, { seed: seed + 1, from, to, orders }, progress),
    orders: () => rebuildAllOrders(url, from, to, progress),
    vacuum: () => vacuum(url),
  };
  for (const stage of STAGES) {
    if (set.done.includes(stage)) continue;
    const started = performance.now();
    await work[stage]();
    progress(`${stage}: ${Math.round((performance.now() - started) / 1_000)} s`);
    set.done.push(stage);
    await note();
  }
}

/** The actions between the load and now, at the same rate: without them a kept database has nothing to say about the last hour. */
async function topUp(url: string, { seed, from, to, rows }: Kept, progress: Progress): Promise<number> {
  const now = Date.now();
  const more = Math.round((rows * (now - to)) / (DAYS * DAY));
  if (now - to < 60_000 || more === 0) return to;
  progress(`adding the ${more.toLocaleString('en')} actions since ${new Date(to).toISOString()}`);
  // Its own seed, or its ids' random bits would be those of the first minutes.
  const plan = { seed: seed + (to % 1_000_003), from: Math.max(to, from), to: now, rows: more, heavyRows: 0 };
  await loadActions(url, plan, () => undefined, true);
  await rebuildDays(url, to, now, () => undefined);
  return now;
}

async function rebuildDays(url: string, from: number, to: number, progress: Progress): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows = 0;
    for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) {
      const rebuilt = await rebuildDay(client, day, { write: true, now: to });
      rows += rebuilt.rows;
      if ((day / DAY) % 10 === 0) {
        progress(`rollups: ${new Date(day).toISOString().slice(0, 10)}, ${rows.toLocaleString('en')} rows`);
      }
    }
  } finally {
    await client.end();
  }
}

async function vacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("SET maintenance_work_mem = '256MB'");
  await client.query('VACUUM (ANALYZE)');
  await client.end();
}
