import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindsOfSeries } from '../alerts/detector/series.js';
import { ROOT } from '../helpers/processes.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function detect(args: readonly string[], input = '') {
  const child = spawn(process.execPath, ['dist/cli/detect.js', ...args], { cwd: ROOT });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, lines: output.split('\n').slice(0, -1), errors };
}

const csv = () => {
  const { times, values } = kindsOfSeries['spikes on a daily wave']?.(101) ?? { times: [], values: [] };
  return `timestamp,value\n${times.map((at, index) => `${new Date(at).toISOString()},${values[index]}\n`).join('')}`;
};

describe('the detector as a command', () => {
  it('scores each line of a file or of standard input, and says how many it could not judge', async () => {
    const file = join(folder, 'series.csv');
    await writeFile(file, csv());
    const fromFile = await detect([file]);
    expect(fromFile.code).toBe(0);
    expect(fromFile.lines).toHaveLength(4_033);
    expect(fromFile.lines[0]).toBe('timestamp,value,score');
    const [, ...rows] = fromFile.lines.map((line) => line.split(','));
    for (const [at = '', value = '', score = ''] of rows) {
      expect(new Date(at).toISOString()).toBe(at);
      expect(Number.isFinite(Number(value))).toBe(true);
      expect(Number(score) >= 0 && Number(score) <= 1).toBe(true);
    }
    expect(rows.some(([, , score]) => Number(score) > 0.9)).toBe(true);
    expect(fromFile.errors).toMatch(
      /^4,032 values; the first 288 were learned from and not judged\. \d+ scored 0\.5 or more\.\n$/,
    );
    const fromInput = await detect(['--quiet'], csv().replaceAll('\n', '\r\n'));
    expect(fromInput).toEqual({ code: 0, lines: fromFile.lines, errors: '' });
  });

  it('says why, keeps lines without a value, and needs no heading', async () => {
    const { lines, errors } = await detect(['--why'], '60,5\n120,\n180,6');
    expect(lines).toEqual(['timestamp,value,score,unlike,expected', '60,5,0,,', '120,,,,', '180,6,0,,5']);
    expect(errors).toContain('2 values; the first 2 were learned from and not judged. That is all of them');
  });

  it('reads any line ends, and says when times run backwards', async () => {
    const { lines, errors } = await detect([], '60,5\r120,6\r180,7\r');
    expect(lines.slice(1)).toEqual(['60,5,0', '120,6,0', '180,7,0']);
    expect(errors).not.toContain('backwards');
    expect((await detect([], '180,5\n120,6\n60,7\n')).errors).toContain('Times run backwards');
  });

  it('explains what it cannot read, and itself', async () => {
    expect(await detect([], 'timestamp,value\n60,5\n120,lots\n')).toMatchObject({
      code: 1,
      errors: 'Line 3: «lots» is no number.\n',
    });
    expect(await detect([join(folder, 'none.csv')])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('There is no such file'),
    });
    expect(await detect(['--wat'])).toMatchObject({ code: 1, errors: expect.stringContaining('--help') });
    const help = await detect(['--help']);
    expect([help.code, help.errors]).toEqual([0, '']);
    expect(help.lines.join('\n')).toContain('timestamp,value,score');
    expect((await detect([])).lines).toEqual(['timestamp,value,score']);
  });
});
