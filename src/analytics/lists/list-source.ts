import type { Database } from '../../store/database.js';
import type { PartitionedTable } from '../../store/partitions.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import type { PossibleDays } from './day-walk.js';
import type { SeekOptions, Sought } from './seek-rows.js';

/** Where questions are asked, where few rows are sought, and what is remembered of the rollups. */
export interface ReadFrom extends Pick<Database['pools'], 'reader' | 'seeker'> {
  memory: RollupMemory;
}

/** Binds a value to a statement and returns the placeholder that stands for it. */
export type Bind = (value: unknown) => string;

/** One field of a row as the wire has it. */
export interface Field {
  name: string;
  /** SQL over the table's columns that gives the value as text: a constant of ours. */
  text: string;
  /** The text is JSON as it stands: a number, a boolean, a tree. Else it is a string. */
  isJson: boolean;
}

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

export const string = (name: string): Field => ({ name, text: `${name}::text`, isJson: false });
/** A column whose text is JSON already, digit by digit: numbers, booleans and JSON itself. */
export const json = (name: string): Field => ({ name, text: `${name}::text`, isJson: true });
/** A time, as every time in an answer is written: ISO 8601, UTC, milliseconds. */
export const time = (name: string): Field => ({
  name,
  text: `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  isJson: false,
});
/** An address, without the /32 of a host. */
export const address = (name: string): Field => ({ name, text: `host(${name})`, isJson: false });
