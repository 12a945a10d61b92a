import type pg from 'pg';
import type { z } from 'zod';
import type { listAlertsQuerySchema } from '../../contract/alert.js';
import type { AlertRecord } from './alert-record.js';

export type AlertQuery = z.output<typeof listAlertsQuerySchema>;

/** Alerts by filter, newest first: one more than asked for, where there are more. */
export async function listAlerts(pool: pg.Pool, query: AlertQuery): Promise<AlertRecord[]> {
  const { status, severity, kind, rule_id, acknowledged, from, to, cursor, limit } = query;
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(status === undefined ? [] : [`status = ${bind(status)}`]),
    ...(severity === undefined ? [] : [`severity = ${bind(severity)}`]),
    ...(kind === undefined ? [] : [`kind = ${bind(kind)}`]),
    ...(rule_id === undefined ? [] : [`rule_id = ${bind(rule_id)}`]),
    ...(acknowledged === undefined ? [] : [`acknowledged_at IS ${acknowledged ? 'NOT ' : ''}NULL`]),
    ...(from === undefined ? [] : [`fired_at >= ${bind(from)}`]),
    ...(to === undefined ? [] : [`fired_at < ${bind(to)}`]),
    ...(cursor === undefined ? [] : [`id < ${bind(cursor)}`]),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await pool.query<AlertRecord>(
    `SELECT * FROM alerts ${where} ORDER BY id DESC LIMIT ${bind(limit + 1)}`,
    values,
  );
  return rows;
}
