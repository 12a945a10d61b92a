import { parseArgs } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { type RebuiltDay, rebuildDay } from '../store/rollups/rebuild-rollups.js';
import { runCommand, UsageError } from './command.js';
import { databaseUrl } from './database-url.js';

const help = `Computes the rollups of a span of days anew from the stored rows, says what differed, and puts it right. The service may go on
meanwhile. Run it after rows were loaded or removed behind the service's back (COPY, a restored backup), or to check.

  npm run rebuild-rollups -- --from 2026-11-01 --to 2026-11-24
  npm run rebuild-rollups -- --from 2026-11-24 --check

Options
  --from    first day, UTC, as YYYY-MM-DD
  --to      last day, UTC (default: --from)
  --check   only says what differs; the exit code is 2 when something does
  --help    this text

The database is the one of DATABASE_URL, or the embedded one of a service that runs from this folder. Days take about a second
for each 100,000 actions. A day of which no raw row is left keeps its rollups.
`;

const DAY = 86_400_000;
const dateSchema = z.iso.date();

async function main(): Promise<void> {
  const { values } = parseArguments();
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  const from = dayOf('--from', values.from);
  const to = values.to === undefined ? from : dayOf('--to', values.to);
  if (to < from) throw new UsageError('--to is before --from.');
  const write = values.check !== true;
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  let differing = 0;
  try {
    for (let day = from; day <= to; day += DAY) {
      const started = performance.now();
      const rebuilt = await rebuildDay(client, day, { write, now: Date.now() });
      if (rebuilt.differences.length > 0) differing += 1;
      process.stdout.write(`${lineOf(rebuilt, performance.now() - started)}\n`);
    }
  } finally {
    await client.end();
  }
  const days = (to - from) / DAY + 1;
  process.stdout.write(
    differing === 0
      ? `${days} days: all as the stored rows say.\n`
      : `${differing} of ${days} days differed${write ? ' and were put right' : ''}.\n`,
  );
  if (differing > 0 && !write) process.exitCode = 2;
}

function lineOf({ day, rows, differences }: RebuiltDay, milliseconds: number): string {
  const date = new Date(day).toISOString().slice(0, 10);
  const found = differences.map(
    ({ table, missing, surplus, wrong, example }) =>
      `\n    ${table}: ${missing} missing, ${surplus} too many, ${wrong} wrong; ${example ?? ''}`,
  );
  return `${date}  ${rows} rows  ${Math.round(milliseconds)} ms${found.length > 0 ? found.join('') : '  as stored'}`;
}

function dayOf(option: string, text: string | undefined): number {
  const parsed = dateSchema.safeParse(text);
  if (!parsed.success) throw new UsageError(`${option} must be a day such as 2026-11-24.\n\n${help}`);
  return Date.parse(`${parsed.data}T00:00:00Z`);
}

function parseArguments() {
  try {
    return parseArgs({
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

await runCommand(main);
