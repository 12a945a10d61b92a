import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { MetricDetector } from '../alerts/detector/metric-detector.js';
import { readSeriesLine, SeriesError } from '../alerts/detector/read-series.js';
import { runCommand, UsageError } from './command.js';

const help = `Scores each value of a series by how unusual it is: 0 is what always happens, 1 what never did. Alert from 0.5 on, which one
value in some 10,000 of a quiet series reaches. Nothing has to be set; the daily and weekly habits of the series are learned as
it goes.

  npm run -s detect -- series.csv > scored.csv
  npm run -s detect < series.csv

Reads lines of «timestamp,value», with or without a heading, from a file or from standard input: any length, any cadence, gaps
allowed. Times are ISO 8601 (UTC where they name no zone) or Unix seconds, milli-, micro- or nanoseconds, the oldest first. A line
without a value keeps an empty score.
Writes «timestamp,value,score». The first values cannot be judged and score 0: 100 at least, then a day's or 400, whichever comes
first; how many is said at the end, on standard error.

Options
  --why     two columns more: what the value was most unlike (week, day, past, trend, neighbours, lasting, drift, variability),
            and what was expected
  --quiet   nothing on standard error
  --help    this text
`;

const ALERT = 0.5;
const LONGEST_LINE = 100_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArguments();
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  const [file] = positionals;
  if (positionals.length > 1) throw new UsageError('One file at a time.');
  if (file === undefined && process.stdin.isTTY)
    throw new UsageError('Name a file, or send a series to standard input; --help says more.');
  const why = values.why === true;
  const detector = new MetricDetector();
  const counts = { values: 0, warmUp: 0, alerts: 0, back: 0 };
  let last = Number.NEGATIVE_INFINITY;
  let number = 0;

  const scoreLine = (line: string): string => {
    number += 1;
    const read = readSeriesLine(line, number);
    if (!read) return '';
    const { timestamp, text, at, value } = read;
    if (value === undefined) return `${timestamp},${text},${why ? ',,' : ''}\n`;
    const { score, ready, unlike, expected } = detector.add(at, value);
    counts.values += 1;
    if (at < last) counts.back += 1;
    last = at;
    if (!ready) counts.warmUp += 1;
    if (score >= ALERT) counts.alerts += 1;
    const more = why
      ? `,${unlike ?? ''},${expected === undefined ? '' : Number(expected.toPrecision(6))}`
      : '';
    return `${timestamp},${text},${score === 0 ? '0' : score.toFixed(4)}${more}\n`;
  };

  let output = `timestamp,value,score${why ? ',unlike,expected' : ''}\n`;
  let rest = '';
  const input = file === undefined ? process.stdin : createReadStream(file);
  input.setEncoding('utf8');
  for await (const chunk of input as AsyncIterable<string>) {
    // A lone \r at the end may be half of \r\n.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new SeriesError(number + 1, 'is longer than a line can be.');
    for (const line of lines) output += scoreLine(line);
    await write(output);
    output = '';
  }
  output += scoreLine(rest);
  await write(output);
  if (values.quiet !== true) process.stderr.write(summary(counts));
}

/** Resolves when there is room for more, so that a slow reader costs no memory. */
function write(text: string): Promise<void> | undefined {
  if (text === '' || process.stdout.write(text)) return undefined;
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

function summary({
  values,
  warmUp,
  alerts,
  back,
}: Record<'values' | 'warmUp' | 'alerts' | 'back', number>): string {
  const count = (of: number) => of.toLocaleString('en');
  const judged = warmUp < values ? '' : ' That is all of them: none could be judged.';
  return `${count(values)} values; the first ${count(warmUp)} were learned from and not judged.${judged} ${count(alerts)} scored ${ALERT} or more.${back > values / 2 ? ' Times run backwards: sort the series, oldest first, or its habits are not seen.' : ''}\n`;
}

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { why: { type: 'boolean' }, quiet: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${help}`);
  }
}

// Whoever reads us may have seen enough (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

await runCommand(async () => {
  try {
    await main();
  } catch (error) {
    if (error instanceof SeriesError) throw new UsageError(error.message);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UsageError(`There is no such file: ${(error as NodeJS.ErrnoException).path}`);
    throw error;
  }
});
