import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MetricDetector } from '../src/alerts/detector/metric-detector.js';
import { ROOT, residentMegabytes } from '../tests/helpers/processes.js';
import { median } from './lib.js';

const usage = `npm run bench:detector [-- --runs 5]

Measures the detector of unusual values: as a module (values a second over 10,000, in a process that is warm), beside what parsing the same lines takes;
and as a command (npm run build first) over files of 10,000 and 3,000,000 lines: seconds, values a second, resident memory.`;
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const at = process.argv.indexOf('--runs');
const runs = at === -1 ? 5 : Number(process.argv[at + 1]);

const STEP = 300_000;
const START = Date.UTC(2026, 0, 1);
const valueAt = (index: number): number =>
  50 + 30 * Math.sin((2 * Math.PI * index) / 288) + ((index * 7_919) % 1_000) / 200;

/** Values a second over `length` values, by a detector that has seen as many. */
function moduleRate(length: number): number {
  const detector = new MetricDetector();
  for (let index = 0; index < length; index += 1) detector.add(START + index * STEP, valueAt(index));
  const started = performance.now();
  for (let index = length; index < 2 * length; index += 1) detector.add(START + index * STEP, valueAt(index));
  return (length / (performance.now() - started)) * 1_000;
}

/** The baseline: reading as many lines into numbers. */
function parseRate(length: number): number {
  const lines = Array.from(
    { length },
    (_, index) => `${new Date(START + index * STEP).toISOString()},${valueAt(index)}`,
  );
  let sum = 0;
  const started = performance.now();
  for (const line of lines) {
    const [time = '', value = ''] = line.split(',');
    sum += Date.parse(time) + Number(value);
  }
  const rate = (length / (performance.now() - started)) * 1_000;
  if (Number.isNaN(sum)) throw new Error('not parsed');
  return rate;
}

async function writeSeries(file: string, length: number): Promise<void> {
  const stream = createWriteStream(file);
  for (let index = 0; index < length; index += 1) {
    const line = `${(START + index * STEP) / 1_000},${valueAt(index).toFixed(3)}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

async function runCommand(file: string): Promise<{ seconds: number; peak: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, ['dist/cli/detect.js', '--quiet', file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.resume();
  let peak = 0;
  const watch = setInterval(() => {
    residentMegabytes(child.pid ?? 0).then(
      ({ now }) => {
        peak = Math.max(peak, now);
      },
      () => undefined,
    );
  }, 20);
  await once(child, 'close');
  clearInterval(watch);
  return { seconds: (performance.now() - started) / 1_000, peak };
}

const round = (value: number) => Math.round(value).toLocaleString('en');
const length = 10_000;
const rates = Array.from({ length: runs }, () => [moduleRate(length), parseRate(length)] as const);
const ours = median(rates.map(([rate]) => rate));
const baseline = median(rates.map(([, rate]) => rate));
console.log(
  `module, 10,000 values: ${round(ours)}/s; parsing them: ${round(baseline)}/s; ratio ${(ours / baseline).toFixed(2)}`,
);

const folder = await mkdtemp(join(tmpdir(), 'bench-detector-'));
try {
  for (const lines of [10_000, 3_000_000]) {
    const file = join(folder, `${lines}.csv`);
    await writeSeries(file, lines);
    const measured = [];
    for (let run = 0; run < (lines > 1e6 ? 1 : runs); run += 1) measured.push(await runCommand(file));
    const seconds = median(measured.map((one) => one.seconds));
    const peak = median(measured.map((one) => one.peak));
    console.log(
      `command, ${round(lines)} lines: ${seconds.toFixed(2)} s, ${round(lines / seconds)}/s with its start, ${round(peak)} MB at most`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
