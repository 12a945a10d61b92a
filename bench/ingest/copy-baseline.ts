import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { newUuidV7 } from '../../src/store/new-uuid-v7.js';

const columns = [
  'id',
  'user_id',
  'user_type',
  'action_type',
  'service_name',
  'method_name',
  'parameters',
  'response_data',
  'session_id',
  'success',
  'error_message',
  'execution_time',
  'platform',
  'app_version',
  'trace_id',
  'timestamp',
  'received_at',
  'ip_address',
  'identity',
] as const;

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in the text format of COPY (PostgreSQL documentation, COPY, «Text Format»). */
function copyText(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character);
}

/** Copies `count` rows like `action` into action_logs over one connection; returns rows a second. */
export async function copyRowsPerSecond(
  pool: pg.Pool,
  action: Record<string, unknown>,
  count: number,
): Promise<number> {
  const chunk = 500;
  const now = Date.now();
  const rows = Array.from({ length: count }, () => ({
    ...action,
    id: newUuidV7(now),
    action_type: action.method_name,
    timestamp: new Date(now).toISOString(),
    received_at: new Date(now).toISOString(),
    ip_address: '127.0.0.1',
    identity: 'service',
  }));
  const client = await pool.connect();
  try {
    const started = performance.now();
    const stream = client.query(copyFrom(`COPY action_logs (${columns.join(', ')}) FROM STDIN`));
    const lines = function* () {
      for (let start = 0; start < count; start += chunk) {
        const part: Record<string, unknown>[] = rows.slice(start, start + chunk);
        yield part.map((row) => `${columns.map((column) => copyText(row[column])).join('\t')}\n`).join('');
      }
    };
    await pipeline(Readable.from(lines()), stream);
    return (count / (performance.now() - started)) * 1_000;
  } finally {
    client.release();
  }
}
