import type { Group } from './group.js';

/** What a rule sees of one group at one time. A group that cannot be judged (too few samples) is not observed. */
export interface Observation {
  group: Group;
  /** Whether the condition holds. */
  breached: boolean;
  value: number | null;
  threshold: number | null;
  /** Of both. */
  unit: string;
  /** What is seen, in plain words with the figures; made only when somebody is told. */
  summary: () => string;
}
