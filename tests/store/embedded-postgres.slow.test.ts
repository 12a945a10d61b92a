import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/store/embedded/embedded-postgres.js';
import { findPlatformPackage } from '../../src/store/embedded/platform-package.js';
import { isAlive, readPostmaster } from '../../src/store/embedded/postmaster.js';
import { findServerUser, mayEnter } from '../../src/store/embedded/server-user.js';

const ROOT = join(import.meta.dirname, '../..');
const asRoot = process.getuid?.() === 0;
const serverUser = await findServerUser('/nonexistent');
/** Somebody else who may read this clone. */
const other = serverUser && (await mayEnter(ROOT, serverUser)) ? serverUser : undefined;

let work: string;
let dataDir: string;
let logged: string[];
let running: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(async () => {
  work = await realpath(await mkdtemp(join(tmpdir(), 'embedded-postgres-')));
  await chmod(work, 0o755);
  dataDir = join(work, 'data');
  logged = [];
  running = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const postgres of running) await postgres.stop();
  for (const { cluster } of running) await rm(dirname(cluster), { recursive: true, force: true });
  await rm(work, { recursive: true, force: true });
});

const write = (_fields: object, message: string) => void logged.push(message);
const log = { info: write, warn: write, error: write };

/** Without fsync, which costs a second of each first start, unless a test asks for our own settings. */
async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' }, ...options });
  running.push(postgres);
  return postgres;
}

async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

const remember = (url: string) => query(url, 'CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer');
const recall = (url: string) => query(url, 'SELECT answer FROM kept');

async function pidOf({ cluster }: EmbeddedPostgres): Promise<number> {
  const postmaster = await readPostmaster(cluster);
  if (!postmaster) throw new Error('no postmaster.pid');
  return postmaster.pid;
}

/** The same start in a process of its own, as it would be in production; resolves when the server answers. */
async function startInChild(folder: string, user?: { uid: number; gid: number }) {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(ROOT, 'src/store/embedded/embedded-postgres.ts'))};
    const log = { info() {}, warn() {}, error() {} };
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(folder)}, log });
    console.log(JSON.stringify({ url: postgres.url, cluster: postgres.cluster }));
    process.once('SIGTERM', () => postgres.stop());`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const env = { ...process.env, TMPDIR: work, HOME: work };
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  });
  children.push(child);
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  const line = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void exited.then((how) => reject(new Error(`the child ended with ${how}`)));
  });
  return { child, exited, ...(JSON.parse(await line) as { url: string; cluster: string }) };
}

describe('a server of our own', () => {
  it('starts in an empty folder, durable and closed to others', async () => {
    const postgres = await start({ settings: {} });
    const rows = await query<{ name: string; setting: string }>(
      postgres.url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes',
         'data_checksums', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone')`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
    });
    expect(await query(postgres.url, 'SELECT current_database() AS db, current_user AS who')).toEqual([
      { db: 'foodieexpress', who: 'foodieexpress' },
    ]);
    const wrong = new URL(postgres.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });

    expect((await readFile(join(dataDir, 'database-url'), 'utf8')).trim()).toBe(postgres.url);
    const modes = ['database-url', 'postgres-password', '.'].map(
      async (name) => (await stat(join(dataDir, name))).mode,
    );
    for (const mode of await Promise.all(modes)) expect(mode & 0o007).toBe(0);
  });

  it('keeps its data and its port from one start to the next', async () => {
    const first = await start();
    await remember(first.url);
    const pid = await pidOf(first);
    await first.stop();
    expect(isAlive(pid, first.cluster)).toBe(false);
    await expect(query(first.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.url).toBe(first.url);
    expect(await recall(second.url)).toEqual([{ answer: 42 }]);
  });

  it('does not keep the settings of the environment it was started in', async () => {
    vi.stubEnv('PGPORT', '1');
    vi.stubEnv('PGDATA', '/nonexistent');
    try {
      const postgres = await start();
      expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('says in plain words what to do where the package is missing', async () => {
    const { platform } = process;
    Object.defineProperty(process, 'platform', { value: 'aix' });
    try {
      await expect(findPlatformPackage()).rejects.toThrow(
        /aix.*not installed.*DATABASE_URL.*--include=optional/s,
      );
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
  });
});

describe('after a crash', () => {
  it('adopts the server that a killed service left running', async () => {
    const { child, exited, url, cluster } = await startInChild(dataDir);
    await remember(url);
    const left = await readPostmaster(cluster);
    child.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');

    const postgres = await start();
    expect(postgres.adopted).toBe(true);
    expect(postgres.url).toBe(url);
    expect(await pidOf(postgres)).toBe(left?.pid);
    expect(await recall(url)).toEqual([{ answer: 42 }]);
    await postgres.stop();
    expect(isAlive(left?.pid ?? 0, cluster)).toBe(false);
  });

  it('brings a killed server back on the same port, with its data and the lock', async () => {
    const postgres = await start();
    await remember(postgres.url);
    for (const round of [1, 2]) {
      const killed = await pidOf(postgres);
      process.kill(killed, 'SIGKILL');
      await vi.waitFor(
        () => expect(logged.filter((line) => line === 'PostgreSQL is back')).toHaveLength(round),
        30_000,
      );
      expect(await pidOf(postgres)).not.toBe(killed);
      expect(await recall(postgres.url)).toEqual([{ answer: 42 }]);
    }
    await vi.waitFor(async () => {
      const locks = await query(postgres.url, `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted`);
      expect(locks).toHaveLength(1);
    }, 5_000);
    await expect(start()).rejects.toThrow(/already uses/);
  });

  it('takes its lock back when only the connection that held it was ended', async () => {
    const postgres = await start();
    const killed = await query(
      postgres.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'foodieexpress-owner %'`,
    );
    expect(killed).toHaveLength(1);
    await vi.waitFor(() => expect(start()).rejects.toThrow(/already uses/), 10_000);
  });

  it('leaves a stopped server alone', async () => {
    const postgres = await start();
    const pid = await pidOf(postgres);
    process.kill(pid, 'SIGSTOP');
    // Six rounds of the supervision.
    await sleep(1_000);
    process.kill(pid, 'SIGCONT');
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await pidOf(postgres)).toBe(pid);
    expect(logged).not.toContain('PostgreSQL died: starting it again');
  });

  it.skipIf(process.platform !== 'linux')(
    'starts though another process has the pid of the crashed server',
    async () => {
      const postgres = await start();
      await remember(postgres.url);
      const pidFile = join(postgres.cluster, 'postmaster.pid');
      const left = await readFile(pidFile, 'utf8');
      await postgres.stop();
      // A live process of the server's own user: PostgreSQL on its own would take it for the old server.
      const sleeper = spawn('sleep', ['60'], { stdio: 'ignore', ...serverUser });
      children.push(sleeper);
      await writeFile(pidFile, left.replace(/^\d+/, String(sleeper.pid)));
      if (serverUser) await chown(pidFile, serverUser.uid, serverUser.gid);

      const again = await start();
      expect(again.adopted).toBe(false);
      expect(await recall(again.url)).toEqual([{ answer: 42 }]);
      expect(sleeper.exitCode).toBeNull();
    },
  );
});

describe('two services on one folder', () => {
  it('refuses the second, and the first goes on', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`(process ${process.pid}) already uses ${dataDir}`);
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('lets one of two first starts at the same moment win', async () => {
    const results = await Promise.allSettled([start(), start()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [first] = running;
    expect(await query(first?.url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('where the files are', () => {
  it('makes the library links that an install without scripts leaves out', async () => {
    const platformPackage = await copyPackageWithoutLinks(join(work, 'package'));
    const postgres = await start({ platformPackage });
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.skipIf(!asRoot)(
    '[root only] works below a folder that only root may enter, binaries and data',
    async () => {
      const closed = join(work, 'root-only');
      await mkdir(closed, { mode: 0o700 });
      const platformPackage = await copyPackageWithoutLinks(join(closed, 'package'));
      const inside = join(closed, 'data');
      const first = await start({ dataDir: inside, platformPackage });
      expect(first.cluster).toMatch(/^\/var\/lib\/foodieexpress-tracking\//);
      expect((await stat(dirname(dirname(first.cluster)))).uid).toBe(0);
      expect(logged).toContain('PostgreSQL may not enter DATA_DIR as its user: the database goes elsewhere');
      expect(logged).toContain('PostgreSQL cannot run from the package folder: copied its binaries');
      await remember(first.url);
      await first.stop();

      const second = await start({ dataDir: inside, platformPackage });
      expect(second.cluster).toBe(first.cluster);
      expect(await recall(second.url)).toEqual([{ answer: 42 }]);
      await second.stop();

      await rm(dirname(first.cluster), { recursive: true });
      await expect(start({ dataDir: inside, platformPackage })).rejects.toThrow(/that folder is gone/);
    },
  );

  it.skipIf(!asRoot)(
    '[root only] takes a folder that was made for it, and never trades a database for an empty one',
    async () => {
      await mkdir(dataDir, { mode: 0o700 });
      const postgres = await start();
      expect(postgres.cluster).toBe(join(dataDir, 'postgres'));
      await postgres.stop();

      await chmod(work, 0o700);
      await expect(start()).rejects.toThrow(/may not enter that folder any more/);
    },
  );

  it.skipIf(!other)('[root only, in a clone open to others] works for a user who is not root', async () => {
    if (!other) return;
    const own = join(work, 'own');
    await mkdir(own);
    await chown(own, other.uid, other.gid);
    await chmod(work, 0o777);
    const { child, exited, url, cluster } = await startInChild(join(own, 'data'), other);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await stat(cluster)).uid).toBe(other.uid);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** As `npm ci --ignore-scripts` unpacks it. */
async function copyPackageWithoutLinks(folder: string) {
  const { native, version } = await findPlatformPackage();
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  const left = new Set(links.map(({ target }) => join(dirname(native), target)));
  await cp(native, join(folder, 'native'), { recursive: true, filter: (path) => !left.has(path) });
  return { native: join(folder, 'native'), version };
}
