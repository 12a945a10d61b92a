import { expect } from 'vitest';
import { answerPlatform, type PlatformAnalytics } from '../../../src/analytics/answer-platform.js';
import type { SpanQuery } from '../../../src/contract/span.js';
import { type Database, openDatabase } from '../../../src/store/database.js';
import { type IsNew, insertRows } from '../../../src/store/insert-rows.js';
import { ensurePartitions } from '../../../src/store/partitions.js';
import type { PendingRow } from '../../../src/store/pending-row.js';
import { type Folded, foldDeltas } from '../../../src/store/rollups/fold-deltas.js';
import { RollupMemory } from '../../../src/store/rollups/rollup-memory.js';
import { createDatabase, type TestDatabase } from '../../helpers/database.js';
import { flushOf } from './random-rows.js';

/** The rollups of a database of a test's own, without an app above them. */
export interface OpenRollups {
  db: TestDatabase;
  pools: Database['pools'];
  now: number;
  /** One flush. */
  insert(rows: readonly PendingRow[]): Promise<IsNew>;
  fold(): Promise<Folded | undefined>;
  /** Folds until nothing waits. */
  foldAll(): Promise<void>;
  answer(query?: Partial<SpanQuery>): Promise<PlatformAnalytics>;
  /** How many deltas wait. */
  waiting(): Promise<number>;
  /** Asserts that no connection leaked, and drops the database. */
  close(): Promise<void>;
}

export async function openRollups(): Promise<OpenRollups> {
  const db = await createDatabase();
  const quiet = { warn: () => undefined };
  const database = openDatabase({ url: db.url, writers: 4, log: quiet });
  const now = Date.now();
  await ensurePartitions(database.reader, now);
  const { pools } = database;
  const memory = new RollupMemory();
  const fold = () => foldDeltas(pools.reader);
  return {
    db,
    pools,
    now,
    insert: async (rows) => (await insertRows(pools.writer, flushOf(rows))).isNew,
    fold,
    async foldAll() {
      while (await fold());
    },
    answer: (query) => answerPlatform(pools.reader, memory, { timezone: 'UTC', ...query }, now),
    async waiting() {
      const [row] = await db.query<{ count: number }>('SELECT count(*)::int AS count FROM rollup_deltas');
      return row?.count ?? Number.NaN;
    },
    async close() {
      await database.close();
      const left = await db.connections();
      await db.drop();
      expect(left).toBe(0);
    },
  };
}
