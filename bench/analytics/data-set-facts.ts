import type pg from 'pg';
import { lowestUuidAt } from '../../src/store/uuid-v7.js';

/** What the questions need to know about the rows. */
export interface DataSetFacts {
  busiestService: string;
  /** A session of the middle of the span. */
  session: string;
  /** A user with about the median number of actions of those who have any. */
  ordinaryUser: string;
  /** The id from which on there are 1,000,000 actions, or all. */
  exportFrom: string;
}

const EXPORTED = 1_000_000;

export async function dataSetFacts(client: pg.Client, from: number, to: number): Promise<DataSetFacts> {
  const one = async (text: string, values: unknown[] = []): Promise<string> =>
    String(Object.values((await client.query(text, values)).rows[0] ?? {})[0] ?? '');
  return {
    busiestService: await one(
      `SELECT service_name FROM service_rollups WHERE grain = 86400 AND service_name <> '' AND method_name = '' AND calls > 0
       GROUP BY service_name ORDER BY sum(calls) DESC LIMIT 1`,
    ),
    session: await one('SELECT session_id FROM action_logs WHERE id > $1 ORDER BY id LIMIT 1', [
      lowestUuidAt((from + to) / 2),
    ]),
    ordinaryUser: await one(
      `SELECT user_id FROM (SELECT user_id, sum(actions) AS actions FROM user_days GROUP BY user_id) AS sums
       ORDER BY abs(actions - 20), user_id LIMIT 1`,
    ),
    exportFrom:
      (await one('SELECT id FROM action_logs ORDER BY id DESC OFFSET $1 LIMIT 1', [EXPORTED - 1])) ||
      lowestUuidAt(0),
  };
}
