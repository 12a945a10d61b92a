import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../helpers/processes.js';
import { type OpenRollups, openRollups } from '../store/rollups/open-rollups.js';
import { actionRow, metricRow } from '../store/rollups/random-rows.js';

const DAY = 86_400_000;

let rollups: OpenRollups;
let day: string;
beforeAll(async () => {
  rollups = await openRollups();
  day = new Date(rollups.now - DAY).toISOString().slice(0, 10);
  const msecs = Date.parse(`${day}T10:00:00Z`);
  await rollups.insert([
    actionRow({ msecs, success: false, error_message: 'Order o_1 is gone', execution_time: 5 }),
    metricRow({ msecs: msecs + 1 }),
  ]);
});
afterAll(() => rollups.close());

/** Runs the compiled command as npm does. */
const run = async (args: string[], settings: Record<string, string> = { DATABASE_URL: rollups.db.url }) => {
  const child = spawn(process.execPath, ['dist/cli/rebuild-rollups.js', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
};

describe('npm run rebuild-rollups', () => {
  it('exits with 0 where all is as the stored rows say', async () => {
    const { code, out } = await run(['--from', day, '--check']);
    expect([code, out]).toEqual([0, expect.stringContaining('all as the stored rows say')]);
    expect(out).toContain(`${day}  3 rows`);
  });

  it('exits with 2 where something differs and it only checks; names it, and leaves it', async () => {
    await rollups.db.query(`UPDATE service_rollups SET calls = 9 WHERE grain = 86400 AND service_name = ''`);
    for (const _time of [1, 2]) {
      const { code, out } = await run(['--from', day, '--check']);
      expect([code, out]).toEqual([
        2,
        expect.stringContaining('service_rollups: 0 missing, 0 too many, 1 wrong'),
      ]);
    }
  });

  it('puts it right without --check, over a span of days, and exits with 0', async () => {
    const from = new Date(Date.parse(day) - 2 * DAY).toISOString().slice(0, 10);
    const mended = await run(['--from', from, '--to', day]);
    expect([mended.code, mended.out]).toEqual([
      0,
      expect.stringContaining('1 of 3 days differed and were put right'),
    ]);
    const checked = await run(['--from', from, '--to', day, '--check']);
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('3 days: all as')]);
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help'], {});
    expect([code, out]).toEqual([0, expect.stringContaining('npm run rebuild-rollups -- --from')]);
  });

  it('refuses in plain words, without a stack, and exits with 1', async () => {
    const address = { DATABASE_URL: 'postgresql://x@127.0.0.1:9/x' };
    const refusals = await Promise.all([
      run([]),
      run(['--from', 'yesterday']),
      run(['--from', '2026-02-30']),
      run(['--from', day, '--to', '2020-01-01']),
      run(['--since', day]),
      run(['--from', day], address),
      run(['--from', day], { DATA_DIR: '/nonexistent' }),
    ]);
    const words = ['--from', '--from', '--from', '--to', '--since', 'does not answer', 'no DATABASE_URL'];
    for (const [index, { code, err }] of refusals.entries()) {
      expect([code, err]).toEqual([1, expect.stringContaining(words[index] ?? '')]);
      expect(err).not.toMatch(/^\s+at /m);
    }
  });
});
