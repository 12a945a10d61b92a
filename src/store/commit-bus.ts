import { EventEmitter } from 'node:events';
import type { PendingRow } from './pending-row.js';

/** One flush of this process, just committed. */
export interface Commit {
  /** Its number in the table `commits`. */
  seq: number;
  /** The rows that were new, metrics too, in id order. */
  rows: readonly PendingRow[];
}

/** Tells whoever listens what was just committed, once a flush that had a new action or event, before its callers are answered. */
export class CommitBus extends EventEmitter<{ committed: [commit: Commit] }> {}
