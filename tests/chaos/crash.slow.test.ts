import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoad } from '../helpers/acknowledging-load.js';
import {
  databaseUrl,
  missingOrDouble,
  postmasterPid,
  startService,
  withClient,
} from '../helpers/embedded-service.js';
import { freePort, type Running, residentMegabytes } from '../helpers/processes.js';

let dataDir: string;
let port: number;
let service: Running;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chaos-'));
  port = await freePort();
  service = await startService({ dataDir, port });
  url = await databaseUrl(dataDir);
});
afterAll(async () => {
  await service.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const loads = () => [
  startLoad({ url: service.url, clients: 16 }),
  startLoad({ url: service.url, clients: 4, batch: 25 }),
];

describe('what was acknowledged', () => {
  it('is there, once, after 20 kill -9 of the service under load', async () => {
    const load = loads();
    for (let kill = 0; kill < 20; kill += 1) {
      await sleep(300);
      await service.kill();
      service = await startService({ dataDir, port });
    }
    await sleep(300);
    await Promise.all(load.map((one) => one.stop()));
    const acknowledged = load.flatMap((one) => one.acknowledged);
    expect(acknowledged.length).toBeGreaterThan(2_000);
    expect(load.flatMap((one) => one.unexpected)).toEqual([]);
    expect(await missingOrDouble(url, acknowledged)).toEqual([]);
    console.log(`kill -9 of the service × 20: ${acknowledged.length} acknowledged, 0 missing or double`);
  });

  it('is there, once, after 5 kill -9 of PostgreSQL under load, which comes back by itself', async () => {
    const load = loads();
    for (let kill = 0; kill < 5; kill += 1) {
      await sleep(500);
      process.kill(await postmasterPid(url), 'SIGKILL');
      const killed = Date.now();
      await expect
        .poll(() => Math.max(...load.map((one) => one.lastSuccess)), { timeout: 30_000 })
        .toBeGreaterThan(killed + 200);
    }
    await Promise.all(load.map((one) => one.stop()));
    const acknowledged = load.flatMap((one) => one.acknowledged);
    const outcomes = load.flatMap((one) => [...one.answers.keys()]);
    expect(load.flatMap((one) => one.unexpected)).toEqual([]);
    expect(await missingOrDouble(url, acknowledged)).toEqual([]);
    // Between death and return there is 503 and nothing else: no 500, no reset, no hang.
    expect([...new Set(outcomes)].sort()).toEqual(['200', '201', '503']);
    expect(load.map((one) => one.withoutRetryAfter)).toEqual([0, 0]);
    console.log(`kill -9 of PostgreSQL × 5: ${acknowledged.length} acknowledged, 0 missing or double`);
  });
});

describe('a PostgreSQL that hangs', () => {
  it('for 60 s gets everybody a 503 within 5 s, costs no memory, and is used again within 5 s of its return', async () => {
    const before = (await residentMegabytes(service.pid)).now;
    const pids = await serverPids();
    const load = loads();
    await sleep(1_000);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await sleep(60_000);
    const during = (await residentMegabytes(service.pid)).now;
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    const resumed = Date.now();
    await expect
      .poll(() => Math.min(...load.map((one) => one.lastSuccess)), { timeout: 20_000 })
      .toBeGreaterThan(resumed);
    const back = Math.max(...load.map((one) => one.lastSuccess)) - resumed;
    await Promise.all(load.map((one) => one.stop()));
    const slowest = Math.max(...load.map((one) => one.slowest));
    console.log(
      `SIGSTOP 60 s: slowest answer ${Math.round(slowest)} ms, 2xx ${back} ms after it resumed, RSS ${Math.round(before)} → ${Math.round(during)} MB`,
    );
    expect(slowest).toBeLessThan(5_000);
    expect(load.flatMap((one) => one.unexpected)).toEqual([]);
    expect(back).toBeLessThan(5_000);
    expect(during - before).toBeLessThan(150);
    expect(load.map((one) => one.withoutRetryAfter)).toEqual([0, 0]);
    expect([...new Set(load.flatMap((one) => [...one.answers.keys()]))].sort()).toEqual([
      '200',
      '201',
      '503',
    ]);
    expect(
      await missingOrDouble(
        url,
        load.flatMap((one) => one.acknowledged),
      ),
    ).toEqual([]);
  });

  /** The postmaster and all its children: stopping the postmaster alone would leave open sessions answering. */
  async function serverPids(): Promise<number[]> {
    const postmaster = await postmasterPid(url);
    const backends = await withClient(url, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid IS NOT NULL AND application_name LIKE 'foodieexpress%'",
      );
      return rows.map((row) => row.pid);
    });
    return [postmaster, ...backends];
  }
});

describe('SIGTERM under load', () => {
  it('lets requests under way finish, keeps what it acknowledged, and exits within 10 s', async () => {
    const load = loads();
    await sleep(1_000);
    const asked = Date.now();
    const exited = service.stop();
    await sleep(50);
    const code = await exited;
    const took = Date.now() - asked;
    await Promise.all(load.map((one) => one.stop()));
    const resets = load.reduce((sum, one) => sum + (one.answers.get('ECONNRESET') ?? 0), 0);
    expect(code).toBe(0);
    expect(took).toBeLessThan(10_000);
    expect(resets).toBe(0);
    service = await startService({ dataDir, port });
    expect(
      await missingOrDouble(
        await databaseUrl(dataDir),
        load.flatMap((one) => one.acknowledged),
      ),
    ).toEqual([]);
    console.log(`SIGTERM: exit ${code} after ${took} ms, ${resets} resets`);
  });
});
