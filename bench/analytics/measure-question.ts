import type pg from 'pg';
import { median } from '../lib.js';
import { cpuTime } from './cpu-time.js';
import type { HttpClient } from './http-client.js';
import type { Question } from './questions.js';

export interface Measured {
  question: Question;
  /** Other than 200: not answered, and nothing else is known. */
  status: number;
  /** ms: the first ask, then of the warm ones. */
  cold: number;
  median: number;
  p99: number;
  /** CPU ms an ask: what the time would be on an idle machine, nearly; on a shared one it is the steadier figure. */
  cpu: { service: number; postgres: number };
  /** Bytes of the answer. */
  bytes: number;
  /** ms of the raw SQL's median; undefined where it did not end within the bound, null where it was not asked. */
  raw: number | undefined | null;
}

/** A service that has been asked before: after 20, a third of what is measured is still Node compiling it. */
const WARM_UP = 100;
/** ms from which on a raw question is asked three times only, and once where it takes ten times that. */
const SLOW = 1_000;
/** ms after which a raw question is given up. */
export const RAW_TIMEOUT = 120_000;

export interface MeasuredBy {
  http: HttpClient;
  /** For the raw questions. */
  client: pg.Client;
  /** Process id of the service, and PostgreSQL's data directory. */
  servicePid: number;
  cluster: string;
  runs: number;
  /** Whether the raw questions are asked at all. */
  withRaw: boolean;
}

/** Asks a question over HTTP and of the raw tables; nothing else is asked meanwhile. */
export async function measureQuestion(question: Question, by: MeasuredBy): Promise<Measured> {
  const { http, client, servicePid, cluster, runs, withRaw } = by;
  const first = await http.ask(question.path);
  const measured: Measured = {
    question,
    status: first.status,
    cold: first.ms,
    median: Number.NaN,
    p99: Number.NaN,
    cpu: { service: Number.NaN, postgres: Number.NaN },
    bytes: first.body.length,
    raw: null,
  };
  if (first.status !== 200) return measured;
  for (let run = 0; run < WARM_UP; run += 1) await http.ask(question.path);
  const times: number[] = [];
  const before = await cpuTime(servicePid, cluster);
  for (let run = 0; run < runs; run += 1) times.push((await http.ask(question.path)).ms);
  const after = await cpuTime(servicePid, cluster);
  measured.cpu = {
    service: (after.service - before.service) / runs,
    postgres: (after.postgres - before.postgres) / runs,
  };
  measured.median = median(times);
  // Of 30 runs this is the slowest.
  measured.p99 = [...times].sort((a, b) => a - b)[Math.ceil(0.99 * runs) - 1] ?? Number.NaN;
  if (withRaw) measured.raw = await rawMedian(question, client, runs);
  return measured;
}

async function rawMedian({ raw }: Question, client: pg.Client, runs: number): Promise<number | undefined> {
  const once = async () => {
    const started = performance.now();
    for (const { text, values } of raw) await client.query(text, values);
    return performance.now() - started;
  };
  await client.query(`SET statement_timeout = ${RAW_TIMEOUT}`);
  try {
    const warming = await once();
    if (warming > 10 * SLOW) return warming;
    const times: number[] = [];
    for (let run = 0; run < (warming > SLOW ? 3 : runs); run += 1) times.push(await once());
    return median(times);
  } catch (error) {
    // Query cancelled.
    if ((error as { code?: unknown }).code === '57014') return undefined;
    throw error;
  }
}
