import { describe, expect, it } from 'vitest';
import type { PartState } from '../../src/contract/system.js';
import type { Facts, ReplicaFacts } from '../../src/system/facts.js';
import type { JobReport } from '../../src/system/job-report.js';
import { judgeParts, statusOf } from '../../src/system/judge-parts.js';
import { facts, NOW, replica, SECOND, withoutDatabase } from './facts.js';

const partOf = (name: string, given: Facts) => {
  const part = judgeParts(given).get(name);
  if (!part) throw new Error(`there is no part ${name}`);
  return part;
};
const stateOf = (name: string, given: Facts): PartState => partOf(name, given).state;
const measuring = (measures: ReplicaFacts['measures']) => facts({ own: replica({ measures }) });
const other = (fields: Partial<ReplicaFacts> = {}) =>
  replica({ id: '00000000-0000-4000-8000-000000000002', host: 'two', pid: 22, ...fields });

describe('the parts', () => {
  it('are all ok or unknown for a reason where nothing is wrong', () => {
    const parts = [...judgeParts(measuring({ disk_free_percent: 60, disk_free_bytes: 6e10 }))];
    expect(parts.map(([part, { state }]) => `${part} ${state}`)).toEqual([
      'database ok',
      'queue ok',
      'replicas ok',
      'listen unknown',
      'jobs unknown',
      'disk ok',
      'partitions ok',
      'rollups ok',
      'event_loop ok',
      'retention ok',
      'last_report unknown',
    ]);
  });

  it('that the database alone knows are unknown without it, and it is down', () => {
    const parts = judgeParts(withoutDatabase());
    expect(parts.get('database')).toMatchObject({
      state: 'down',
      why: expect.stringContaining('for 12 s: connect ECONNREFUSED'),
    });
    for (const part of ['replicas', 'partitions', 'rollups', 'retention'])
      expect([part, parts.get(part)?.state]).toEqual([part, 'unknown']);
    for (const part of ['queue', 'event_loop']) expect([part, parts.get(part)?.state]).toEqual([part, 'ok']);
  });

  it('name a missing migration where the database answers with that', () => {
    const lost = { since: NOW, why: 'relation "replicas" does not exist', away: false };
    expect(partOf('database', withoutDatabase({ lost }))).toMatchObject({
      state: 'degraded',
      why: expect.stringContaining('npx prisma migrate deploy'),
    });
  });

  it.each<[string, Facts, PartState]>([
    ['database', measuring({ database_latency_ms: 250 }), 'ok'],
    ['database', measuring({ database_latency_ms: 251 }), 'degraded'],
    ['database', facts({ others: [other({ measures: { database_latency_ms: 900 } })] }), 'degraded'],
    ['queue', measuring({ queue_share: 49.9 }), 'ok'],
    ['queue', measuring({ queue_share: 50 }), 'degraded'],
    ['queue', measuring({ queue_share: 100 }), 'down'],
    ['queue', facts({ others: [other({ measures: { queue_share: 80 } })] }), 'degraded'],
    ['queue', facts({ queue_available: false }), 'down'],
    ['disk', measuring({ disk_free_percent: 15, disk_free_bytes: 1 }), 'ok'],
    ['disk', measuring({ disk_free_percent: 14.9, disk_free_bytes: 1 }), 'degraded'],
    ['disk', measuring({ disk_free_percent: 4.9, disk_free_bytes: 1 }), 'down'],
    ['disk', facts({ disk_known: false }), 'unknown'],
    ['partitions', facts({ whole: { partitions_missing: ['action_logs_p20261128'] } }), 'degraded'],
    ['partitions', facts({ whole: { rows_in_default: 1 } }), 'degraded'],
    ['rollups', facts({ whole: { rollup_deltas_waiting: 3, rollup_age_seconds: 120 } }), 'ok'],
    ['rollups', facts({ whole: { rollup_deltas_waiting: 3, rollup_age_seconds: 121 } }), 'degraded'],
    ['event_loop', measuring({ event_loop_lag_ms: 200 }), 'ok'],
    ['event_loop', measuring({ event_loop_lag_ms: 201 }), 'degraded'],
    ['event_loop', measuring({ event_loop_lag_max_ms: 1_001 }), 'degraded'],
  ])('%s: a threshold is where it is said to be (%#)', (part, given, state) => {
    expect(stateOf(part, given)).toBe(state);
  });
});

describe('replicas', () => {
  it('are gone after 15 s of silence, and that is news for a quarter of an hour', () => {
    const silent = (silent_s: number) =>
      partOf('replicas', facts({ others: [other({ silent_s, seen_at: NOW - silent_s * SECOND })] }));
    expect(silent(14.9)).toMatchObject({ state: 'ok', figure: { value: 2 } });
    expect(silent(15)).toMatchObject({
      state: 'degraded',
      figure: { value: 1 },
      why: expect.stringContaining('two (process 22)'),
    });
    expect(silent(900)).toMatchObject({ state: 'ok', figure: { value: 1 } });
    expect(silent(900).details?.replicas).toMatchObject([
      { state: 'seen', answers_you: true },
      { state: 'gone' },
    ]);
  });

  it('that were started anew on the same host are not missed', () => {
    const gone = other({ host: 'one', silent_s: 60, seen_at: NOW - 60 * SECOND });
    const own = replica({ started_at: NOW - 30 * SECOND });
    expect(stateOf('replicas', facts({ own, others: [gone] }))).toBe('ok');
    expect(stateOf('replicas', facts({ others: [gone] }))).toBe('degraded');
  });
});

describe('jobs', () => {
  const job = (fields: Partial<JobReport>): JobReport => ({
    job: 'fold',
    every_ms: 60 * SECOND,
    last_success: NOW - 10 * SECOND,
    last_failure: null,
    error: null,
    ...fields,
  });
  const failed = { last_failure: NOW - 5 * SECOND, error: 'no space' };
  const jobs = (...reports: JobReport[]) => facts({ own: replica({ jobs: reports }) });

  it('are on time, fail, or are late and then down', () => {
    expect(stateOf('jobs', jobs(job({})))).toBe('ok');
    expect(partOf('jobs', jobs(job(failed)))).toMatchObject({
      state: 'degraded',
      why: '«fold» failed 5 s ago: no space. It last succeeded 10 s ago; it is due every 60 s.',
      figure: { value: 1 },
    });
    expect(stateOf('jobs', jobs(job({ last_success: NOW - 240 * SECOND })))).toBe('ok');
    expect(stateOf('jobs', jobs(job({ last_success: NOW - 241 * SECOND })))).toBe('degraded');
    expect(stateOf('jobs', jobs(job({ ...failed, last_success: NOW - 241 * SECOND })))).toBe('down');
  });

  it('that are not due yet after a start are named, and are not late', () => {
    const own = replica({ started_at: NOW - 30 * SECOND, jobs: [job({ last_success: null })] });
    expect(partOf('jobs', facts({ own }))).toMatchObject({
      state: 'ok',
      why: expect.stringContaining('Not run yet'),
    });
  });

  it('that failed here and succeeded on another replica since are well', () => {
    const own = replica({ jobs: [job({ ...failed, last_success: null })] });
    const better = other({ jobs: [job({ last_success: NOW - SECOND })] });
    expect(stateOf('jobs', facts({ own }))).toBe('down');
    expect(stateOf('jobs', facts({ own, others: [better] }))).toBe('ok');
    // A replica that is gone does no job any more.
    expect(stateOf('jobs', facts({ own, others: [{ ...better, silent_s: 60 }] }))).toBe('down');
  });
});

describe('a part that reports on itself', () => {
  const listening = { state: 'ok', why: 'It listens.', figure: null } as const;
  const deaf = { state: 'down', why: 'It lost its connection.', figure: null } as const;

  it('replaces its placeholder, and is as well as the worst replica', () => {
    const own = replica({ parts: { listen: listening } });
    expect(partOf('listen', facts({ own }))).toMatchObject(listening);
    expect(partOf('listen', facts({ own, others: [other({ parts: { listen: deaf } })] }))).toMatchObject({
      state: 'down',
      why: 'On two: It lost its connection.',
    });
  });

  it('may be one that the page did not know', () => {
    const own = replica({ parts: { mail: deaf } });
    expect([...judgeParts(facts({ own })).keys()].at(-1)).toBe('mail');
  });
});

describe('the status', () => {
  const status = (part: string, state: PartState) =>
    statusOf([
      { part: 'disk', state: 'ok' },
      { part, state },
    ]);

  it('is down where nothing can be stored, degraded for all else that is not well, and blind to what is unknown', () => {
    expect(status('database', 'down')).toBe('down');
    expect(status('queue', 'down')).toBe('down');
    expect(status('jobs', 'down')).toBe('degraded');
    expect(status('database', 'degraded')).toBe('degraded');
    expect(status('listen', 'unknown')).toBe('ok');
  });
});
