import type { Log10 } from '../../analytics/behaviour/statistics/tails.js';
import type { ActionMeaning } from '../../analytics/behaviour/unusual/action-meaning.js';
import type { UserDetectorName } from '../../contract/unusual-user.js';
import type { RecentMap } from './recent-map.js';
import type { WatchedAction, WatchedEvent } from './watched-row.js';

/** Whom a finding is about. */
export type SubjectKind = 'user_id' | 'ip_address' | 'session_id' | 'courier_id';

/** What a detector sees at one row; the same again a row later is told again. */
export interface Hit {
  subject_kind: SubjectKind;
  subject: string;
  /** Of something at least as strange among ordinary people. */
  chance: Log10;
  /** Plain words with the figures; made only when it is told. */
  reason: () => string;
  /** Ids of rows that show it, oldest first. */
  evidence: readonly string[];
  /** When it began, Unix ms. */
  since: number;
}

/**
 * One way to be unusual. What it remembers is in `tables` (per subject, bounded) and `sums` (of everybody): plain values that JSON carries exactly, so
 * that a watch can be saved and go on elsewhere. It reads no clock: the rows' own times are all there is.
 */
export interface UserDetector {
  readonly name: UserDetectorName;
  // biome-ignore lint/suspicious/noExplicitAny: each table has its own shape, which only its detector reads.
  readonly tables: Readonly<Record<string, RecentMap<any>>>;
  readonly sums: object;
  action?(row: WatchedAction, meaning: ActionMeaning): Hit | null;
  event?(row: WatchedEvent): Hit | null;
}

/** Ids kept to show what was found. */
export const SHOWN = 20;

/** Keeps the last ids. */
export function show(ids: string[], id: string, most = SHOWN): void {
  if (ids.length >= most) ids.shift();
  ids.push(id);
}
