import type pg from 'pg';
import { inTransaction } from '../../store/in-transaction.js';
import { newUuidV7 } from '../../store/new-uuid-v7.js';
import { DEFAULTS_EDITION, defaultRules } from './default-rules.js';
import { insertRules } from './insert-rules.js';

/** Makes the rules that come with the service and are newer than what the database has seen; what an admin changed or deleted stays so. */
export function ensureDefaultRules(pool: pg.Pool, now: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ defaults: number }>('SELECT defaults FROM alert_engine FOR UPDATE');
    const had = rows[0]?.defaults ?? 0;
    const news = defaultRules.filter(({ since }) => since > had);
    if (news.length === 0) return 0;
    await insertRules(
      client,
      news.map(({ builtin, rule }) => ({ ...rule, id: newUuidV7(now), builtin, created_by: null })),
      now,
    );
    await client.query('UPDATE alert_engine SET defaults = $1', [DEFAULTS_EDITION]);
    return news.length;
  });
}
