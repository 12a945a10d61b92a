import { BucketMemory } from './bucket-memory.js';
import { KindNames } from './kind-names.js';
import { PendingMemory } from './pending-memory.js';

/** What a process remembers of the rollups. One for all questions: they ask for the same buckets. */
export class RollupMemory {
  readonly buckets = new BucketMemory();
  readonly kinds = new KindNames();
  readonly pending = new PendingMemory();
  /** Since when (Unix ms) there were minutes, when it was last heard. */
  minutesSince = 0;
}
