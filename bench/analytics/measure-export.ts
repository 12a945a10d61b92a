import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { timeOfUuidV7 } from '../../src/store/uuid-v7.js';
import { type Running, residentMegabytes } from '../../tests/helpers/processes.js';
import type { DataSetFacts } from './data-set-facts.js';
import type { HttpClient } from './http-client.js';

export interface MeasuredExport {
  status: number;
  /** ms to the first byte of the body. */
  firstByte: number;
  rows: number;
  /** What SELECT count(*) says of the same span. */
  counted: number;
  rowsPerSecond: number;
  megabytes: number;
  /** MB of the service's resident memory: before, at most while it ran, and a second after. */
  rss: { before: number; most: number; after: number };
}

const NEWLINE = '\n'.charCodeAt(0);
const SAMPLE_EVERY = 50;

/** Exports the newest million actions as CSV, and watches the service's memory. */
export async function measureExport(
  facts: DataSetFacts,
  to: number,
  http: HttpClient,
  client: pg.Client,
  service: Running,
): Promise<MeasuredExport> {
  const from = timeOfUuidV7(facts.exportFrom);
  const span = (start: number) =>
    `/api/actions?from=${new Date(start).toISOString()}&to=${new Date(to).toISOString()}`;
  // Code that has not run yet, and the first growth of the heap, are not the export's.
  await download(await http.open(span(to - 3 * 3_600_000), { accept: 'text/csv' }));
  await sleep(1_000);
  const before = (await residentMegabytes(service.pid)).now;
  let most = before;
  const watch = setInterval(() => {
    void residentMegabytes(service.pid).then(({ now }) => {
      most = Math.max(most, now);
    });
  }, SAMPLE_EVERY);
  const started = performance.now();
  const answer = await http.open(span(from), { accept: 'text/csv' });
  const { lines, bytes, firstByte } = await download(answer, started);
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  await sleep(1_000);
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM action_logs WHERE id >= $1 AND timestamp < $2',
    [facts.exportFrom, new Date(to)],
  );
  return {
    status: answer.statusCode ?? 0,
    firstByte,
    // The header is a line.
    rows: lines - 1,
    counted: rows[0]?.count ?? 0,
    rowsPerSecond: (lines - 1) / seconds,
    megabytes: bytes / 1e6,
    rss: { before, most, after: (await residentMegabytes(service.pid)).now },
  };
}

/** Counts lines: no text of the bench's rows has a line break. */
async function download(body: AsyncIterable<Buffer>, started = performance.now()) {
  let firstByte = Number.NaN;
  let lines = 0;
  let bytes = 0;
  for await (const chunk of body) {
    if (bytes === 0) firstByte = performance.now() - started;
    bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  return { lines, bytes, firstByte };
}
