import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.js';
import { ensurePartitions, missingPartitions, partitionOf } from '../../src/store/partitions.js';
import { lowestUuidAt, timeOfUuidV7 } from '../../src/store/uuid-v7.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';

const now = Date.UTC(2027, 0, 10, 12);
let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await createDatabase();
  database = openDatabase({ url: db.url, writers: 1, log: { warn: () => undefined } });
});
afterAll(async () => {
  await database.close();
  await db.drop();
});

const insertMetric = (id: string) =>
  db.query(
    `INSERT INTO service_metrics (id, service_name, method_name, execution_time, success, timestamp)
     VALUES ($1, 's', 'm', 1, true, now())`,
    [id],
  );
const homeOf = async (id: string) =>
  (
    await db.query<{ home: string }>(
      'SELECT tableoid::regclass::text AS home FROM service_metrics WHERE id = $1',
      [id],
    )
  )[0]?.home;

describe('daily partitions', () => {
  it('are named after their UTC day and bounded by its milliseconds', () => {
    const { name, from, to } = partitionOf('action_logs', now);
    expect(name).toBe('action_logs_p20270110');
    expect([timeOfUuidV7(from), timeOfUuidV7(to)]).toEqual([Date.UTC(2027, 0, 10), Date.UTC(2027, 0, 11)]);
  });

  it('take over the rows that the DEFAULT child had caught', async () => {
    const id = lowestUuidAt(now).replace('-0000-0000-', '-7000-8000-');
    await insertMetric(id);
    expect(await homeOf(id)).toBe('service_metrics_default');
    const made = await ensurePartitions(database.reader, now);
    expect(made).toHaveLength(48);
    expect(await homeOf(id)).toBe('service_metrics_p20270110');
  });

  it('are made once, also by two replicas at the same time', async () => {
    const nextWeek = now + 20 * 86_400_000;
    const made = await Promise.all([
      ensurePartitions(database.reader, nextWeek),
      ensurePartitions(database.reader, nextWeek),
    ]);
    expect(made.flat()).toHaveLength(48);
    expect(await missingPartitions(database.reader, nextWeek)).toEqual([]);
    expect(await ensurePartitions(database.reader, nextWeek)).toEqual([]);
  });

  it('are all that a question about one day reads', async () => {
    const { from, to } = partitionOf('action_logs', now);
    const plan = await db.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT count(*) FROM action_logs WHERE id >= '${from}' AND id < '${to}'`,
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('action_logs_p20270110');
    expect(text).not.toContain('action_logs_p20270111');
  });
});
