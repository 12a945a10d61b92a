import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { expect } from 'vitest';
import { AlertEngine, GRACE } from '../../src/alerts/engine/alert-engine.js';
import { EngineMetrics } from '../../src/alerts/engine/engine-metrics.js';
import { liveWorld } from '../../src/alerts/engine/live-world.js';
import type { Rule } from '../../src/alerts/engine/rule.js';
import type { ActiveFinding, SystemFigure } from '../../src/alerts/engine/world.js';
import type { AlertRecord } from '../../src/alerts/queries/alert-record.js';
import { insertRules } from '../../src/alerts/rules/insert-rules.js';
import type { AlertView, Notice } from '../../src/contract/alert.js';
import { ruleInputSchema } from '../../src/contract/alert-rule.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { insertRows } from '../../src/store/insert-rows.js';
import { newUuidV7 } from '../../src/store/new-uuid-v7.js';
import { ensurePartitions } from '../../src/store/partitions.js';
import type { PendingRow } from '../../src/store/pending-row.js';
import { readMinutes } from '../../src/store/rollups/read-minutes.js';
import { RollupMemory } from '../../src/store/rollups/rollup-memory.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';
import { flushOf } from '../store/rollups/random-rows.js';

/** One engine as a replica would run it, on connections of its own. */
export interface TestEngine {
  engine: AlertEngine;
  database: Database;
}

/** Alert engines over one database, on a clock that the test sets. */
export interface OpenEngines {
  db: TestDatabase;
  /** Unix ms; a whole hour at first. */
  now: number;
  /** What channels were told, in committed order of the calls. */
  notices: { channels: readonly string[]; notice: Notice }[];
  announced: AlertView[];
  findings: ActiveFinding[];
  figures: SystemFigure[];
  /** Messages of what went wrong. */
  errors: string[];
  replica(): TestEngine;
  insert(rows: readonly PendingRow[]): Promise<void>;
  rule(input: Record<string, unknown>): Promise<Rule>;
  /** Sets the clock so that the step of `at` is due. */
  goTo(at: number): void;
  alerts(): Promise<AlertRecord[]>;
  close(): Promise<void>;
}

export async function openEngines(
  start = Math.floor(Date.now() / 3_600_000 - 2) * 3_600_000,
): Promise<OpenEngines> {
  const db = await createDatabase();
  await db.query('DELETE FROM alert_rules');
  const quiet = { warn: () => undefined };
  const engines: TestEngine[] = [];
  const own = openDatabase({ url: db.url, writers: 2, log: quiet });
  await ensurePartitions(own.reader, start);
  const open: OpenEngines = {
    db,
    now: start,
    notices: [],
    announced: [],
    findings: [],
    figures: [],
    errors: [],
    replica() {
      const database = openDatabase({ url: db.url, writers: 1, log: quiet });
      const pool = database.pools.reader;
      const memory = new RollupMemory();
      const engine = new AlertEngine({
        pool,
        replica: randomUUID(),
        clock: () => open.now,
        world: liveWorld(pool, { findings: async () => open.findings, figures: async () => open.figures }),
        minutes: (from, to) => readMinutes(pool, memory, from, to),
        metrics: new EngineMetrics(new Registry()),
        log: { info: () => undefined, error: (_fields, message) => open.errors.push(message) },
        deliver: async (_client, channels, notice) => {
          open.notices.push({ channels, notice });
        },
        announce: async (_client, alerts) => {
          open.announced.push(...alerts);
        },
      });
      engines.push({ engine, database });
      return { engine, database };
    },
    async insert(rows) {
      await insertRows(own.pools.writer, flushOf(rows));
    },
    async rule(input) {
      const rule = { ...ruleInputSchema.parse(input), id: newUuidV7(start), version: 1 };
      await insertRules(own.pools.reader, [{ ...rule, builtin: null, created_by: null }], start);
      return rule;
    },
    goTo(at) {
      open.now = at + GRACE;
    },
    alerts: () => db.query('SELECT * FROM alerts ORDER BY id'),
    async close() {
      for (const { engine, database } of engines) {
        await engine.stop();
        await database.close().catch(() => undefined);
      }
      await own.close();
      const left = await db.connections();
      await db.drop();
      expect(left).toBe(0);
    },
  };
  return open;
}
