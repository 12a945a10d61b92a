import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../http/problem.js';
import type { Commit } from '../store/commit-bus.js';
import { classifyDatabaseError } from '../store/database-errors.js';
import type { IsNew, Written } from '../store/insert-rows.js';
import { type PendingRow, rowKinds } from '../store/pending-row.js';
import type { OutcomeOf } from './ticket.js';

type Write = (rows: readonly PendingRow[]) => Promise<Written>;

/** A deadlock or a lost connection is tried again: the ids make it harmless. Three tries take at most some 150 ms more. */
const TRIES = 3;
const PAUSE = 50;

/**
 * Writes rows so that one that the database refuses does not cost the others: the statement is halved until the culprit stands alone
 * (2 log₂ n statements for one). Errors that no row explains are thrown when they concern every table, and otherwise cost the rows of that
 * table only. Returns what was committed, in one part or several, and each row's outcome.
 */
export async function writeIsolating(
  rows: readonly PendingRow[],
  write: Write,
  onRetry: () => void,
): Promise<{ commits: Commit[]; outcomeOf: OutcomeOf }> {
  /** Outcomes that are a Problem, by kind and id; all others are told by the INSERT itself. */
  const problems = new Map<string, Problem>();
  const newness: IsNew[] = [];
  const commits: Commit[] = [];

  const attempt = async (part: readonly PendingRow[]): Promise<void> => {
    try {
      const { isNew, seq } = await writeWithRetry(part, write, onRetry);
      newness.push(isNew);
      if (seq !== undefined) commits.push({ seq, rows: part.filter(isNew) });
    } catch (error) {
      const failure = classifyDatabaseError(error);
      if (failure === 'rows' && part.length === 1)
        problems.set(keyOf(part[0] as PendingRow), unstorable(error));
      else if (failure === 'rows') await attemptHalves(part);
      else if (failure === 'unknown' && !sameKind(part)) await attemptKinds(part, error);
      else throw error;
    }
  };

  const attemptHalves = async (part: readonly PendingRow[]): Promise<void> => {
    onRetry();
    const middle = Math.ceil(part.length / 2);
    await attempt(part.slice(0, middle));
    await attempt(part.slice(middle));
  };

  const attemptKinds = async (part: readonly PendingRow[], whole: unknown): Promise<void> => {
    let failed = 0;
    const kinds = rowKinds
      .map((kind) => part.filter((row) => row.kind === kind))
      .filter((of) => of.length > 0);
    for (const ofKind of kinds) {
      try {
        await attempt(ofKind);
      } catch (error) {
        if (classifyDatabaseError(error) === 'unavailable') throw error;
        failed += 1;
        for (const row of ofKind) problems.set(keyOf(row), unwritable(error));
      }
    }
    if (failed === kinds.length) throw whole;
  };

  await attempt(rows);
  return {
    commits,
    outcomeOf: (row) => {
      const problem = problems.size === 0 ? undefined : problems.get(keyOf(row));
      return problem ?? (newness.every((isNew) => isNew(row)) ? 'stored' : 'duplicate');
    },
  };
}

const keyOf = ({ kind, id }: PendingRow): string => `${kind} ${id}`;

async function writeWithRetry(
  rows: readonly PendingRow[],
  write: Write,
  onRetry: () => void,
): Promise<Written> {
  for (let tried = 1; ; tried += 1) {
    const started = performance.now();
    try {
      return await write(rows);
    } catch (error) {
      const failure = classifyDatabaseError(error);
      // A statement that hung is not tried again: its callers have waited long enough.
      const brief = performance.now() - started < 500;
      if (tried === TRIES || !brief || (failure !== 'retry' && failure !== 'unavailable')) throw error;
      onRetry();
      await sleep(PAUSE * tried * (0.5 + Math.random()));
    }
  }
}

const sameKind = (rows: readonly PendingRow[]): boolean => rows.every((row) => row.kind === rows[0]?.kind);

const unstorable = (cause: unknown): Problem =>
  new Problem('unstorable', 'The database refused a value of this item, such as a number beyond its range.', {
    cause,
  });

const unwritable = (cause: unknown): Problem =>
  new Problem('database-unavailable', 'The database cannot store this kind of item now; try again later.', {
    headers: { 'retry-after': '10' },
    cause,
  });
