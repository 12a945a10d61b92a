import { EventEmitter } from 'node:events';
import type { PendingRow } from './pending-row.js';

/** Tells whoever listens what was just committed: rows that were new, in id order, once a flush. */
export class CommitBus extends EventEmitter<{ committed: [rows: readonly PendingRow[]] }> {}
