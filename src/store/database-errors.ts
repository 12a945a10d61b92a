/** What the queue and the error handler need to know about a failed statement. */
export type DatabaseFailure =
  /** The server did not answer, or ended the connection: nothing is wrong with the rows. */
  | 'unavailable'
  /** Deadlock or serialisation failure: the same statement may succeed at once. */
  | 'retry'
  /** The server looked at the rows and refused: one of them is the cause. */
  | 'rows'
  | 'unknown';

/** Prisma's codes for a server that is away, unreachable, too slow, or out of connections. */
const unavailablePrisma = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);
const unavailableSocket = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);
const unavailableKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);
/** The pg driver says these without a code. */
const unavailableText =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|not queryable|Cannot use a pool after calling end/i;

/**
 * Sorts an error of a Prisma call by its SQLSTATE class (PostgreSQL documentation, appendix A), socket code or, last, text. Walks
 * `cause` and Prisma's `meta`, since the adapter wraps the driver's error two levels deep.
 */
export function classifyDatabaseError(error: unknown): DatabaseFailure {
  for (const link of chain(error)) {
    const code = typeof link.code === 'string' ? link.code : '';
    const state = typeof link.originalCode === 'string' ? link.originalCode : code;
    if (unavailablePrisma.has(code) || unavailableSocket.has(code)) return 'unavailable';
    if (unavailableKinds.has(String(link.kind))) return 'unavailable';
    if (/^[0-9A-Z]{5}$/.test(state)) {
      const kind = classifySqlState(state);
      if (kind !== 'unknown') return kind;
    }
    if (typeof link.message === 'string' && unavailableText.test(link.message)) return 'unavailable';
  }
  return 'unknown';
}

export const isDatabaseUnavailable = (error: unknown): boolean =>
  classifyDatabaseError(error) === 'unavailable';

function classifySqlState(state: string): DatabaseFailure {
  if (state === '40001' || state === '40P01') return 'retry';
  // 57014 is our own statement_timeout, 25006 a standby or a read-only server, 55P03 a lock not had in time.
  if (/^(08|57|53|58)/.test(state) || state === '25006' || state === '55P03') return 'unavailable';
  // 22 data, 23 integrity, 54 program limits (a value too long for an index entry).
  if (/^(22|23|54)/.test(state)) return 'rows';
  return 'unknown';
}

function* chain(error: unknown, depth = 0): Generator<Record<string, unknown>> {
  if (depth > 6 || typeof error !== 'object' || error === null) return;
  const link = error as Record<string, unknown>;
  yield link;
  yield* chain(link.cause, depth + 1);
  yield* chain(link.meta, depth + 1);
  yield* chain(link.driverAdapterError, depth + 1);
}
