import type { Database } from '../../store/database.js';
import type { PartitionedTable } from '../../store/partitions.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import type { Field } from '../../store/row-fields.js';
import type { PossibleDays } from './day-walk.js';
import type { SeekOptions, Sought } from './seek-rows.js';

/** Where questions are asked, where few rows are sought, and what is remembered of the rollups. */
export interface ReadFrom extends Pick<Database['pools'], 'reader' | 'seeker'> {
  memory: RollupMemory;
}

/** Binds a value to a statement and returns the placeholder that stands for it. */
export type Bind = (value: unknown) => string;

/** What a list is of: a table cut by day of its id, its fields, the id first, and its filter. */
export interface ListSource<Filter> {
  table: PartitionedTable;
  fields: readonly Field[];
  /** SQL conditions that hold together. */
  conditions(filter: Filter, bind: Bind): string[];
  /** What the rollups know of the rows that this filter asks for; undefined where they know nothing. */
  lookUp?(from: ReadFrom, filter: Filter, oldest: number): Promise<Known | undefined>;
  /** Whether so few rows match that the newest day will not do, as a rule. */
  isUsuallyFew?(filter: Filter): boolean;
  /** The {@link SeekOptions.comparisons} of a filter; none where rows are not sought. */
  comparisons?(filter: Filter): SeekOptions['comparisons'];
}

/** What is known of the rows that match. */
export interface Known {
  /** Which days may have some. */
  days?: PossibleDays;
  /** As many as are said match, not just at most. */
  exact?: boolean;
  /** Few rows, among which are all of them. */
  seek?: Sought | undefined;
}

/** Times are Unix ms. */
export interface SpanFilter {
  /** Inclusive. */
  from?: number | undefined;
  /** Exclusive. */
  to?: number | undefined;
  /** Only what is older than this id. */
  before?: string | undefined;
}
