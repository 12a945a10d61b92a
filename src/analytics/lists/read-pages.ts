import type pg from 'pg';
import { lowestUuidAt } from '../../store/uuid-v7.js';
import { DayWalk } from './day-walk.js';
import { dayOf, type IdRange } from './id-range.js';
import type { Known, ListSource, ReadFrom, SpanFilter } from './list-source.js';
import { listStatement } from './list-statement.js';
import { knownDays } from './partition-days.js';
import type { ListedRow } from './row-text.js';
import { MOST_SOUGHT, seekRows } from './seek-rows.js';

/** Days that one step walks at about the cost of a seek: planning a day takes 0.15 ms. */
const SEEK_DAYS = 24;
/** Rows that a step looks through at least, where fewer of them may match than is known: 5 ms. */
const LOOKED_THROUGH = 5_000;

export interface ReadOptions {
  from: ReadFrom;
  /** Unix ms. */
  now: number;
  /** Rows of one statement at most. */
  size: number;
  /** Rows in all at most. */
  most: number;
  /** What is known of the rows already; else the source's rollups are asked when that is worth it. */
  known?: Known | undefined;
}

/**
 * Reads what matches, newest first: one statement a step of {@link DayWalk}, until `most` rows are read or the days end. A step may bring nothing. Ids only fall
 * on the way, so what is stored meanwhile does not prolong it. When the newest day alone does not do, the rollups are asked which days
 * can, and whether rows are so few that they are sought instead: what makes a filter fast that matches little, or nothing, or only rows of long ago.
 */
export async function* readPages<Filter extends SpanFilter>(
  source: ListSource<Filter>,
  filter: Filter,
  { from, now, size, most, known: given }: ReadOptions,
): AsyncGenerator<ListedRow[], void, undefined> {
  const bounds = boundsOf(filter);
  if (!bounds) return;
  const days = await knownDays(from.reader, source.table, now);
  const walk = new DayWalk({ bounds, now, ...days });
  // PostgreSQL takes conditions for independent. Where two of them seldom meet, it hopes for a full page soon, and reads whole days by their id.
  const correlated = source.conditions(filter, () => '').length > 1;
  let mayBeFew = given !== undefined || (source.isUsuallyFew?.(filter) ?? false);
  let few = correlated && mayBeFew;
  let asked = false;
  let exact = false;
  let left = most;
  while (left > 0) {
    const limit = Math.min(size, left);
    const range = walk.left;
    if (mayBeFew && !asked && range) {
      asked = true;
      const known = given ?? (await source.lookUp?.(from, filter, Math.min(days.oldest, dayOf(now))));
      if (known?.days) walk.restrictTo(known.days);
      exact = known?.exact ?? false;
      // Where more are said to match than do, nobody knows how many days it takes.
      const enough = exact ? limit : Number.POSITIVE_INFINITY;
      if (known?.seek && (!known.days || walk.daysFor(enough) > SEEK_DAYS)) {
        const sought = await seekRows(from.seeker, {
          table: source.table,
          fields: source.fields,
          sought: known.seek,
          comparisons: source.comparisons?.(filter) ?? [],
          range,
          limit: Math.min(left, MOST_SOUGHT),
        });
        if (sought) {
          yield sought;
          return;
        }
      }
    }
    const step = walk.next(limit, few && !exact ? LOOKED_THROUGH : 0);
    if (!step) return;
    const rows = await read(from.reader, listStatement(source, filter, { range: step, limit, few }));
    left -= rows.length;
    yield rows;
    const last = rows.at(-1);
    few = correlated && rows.length < limit;
    if (last && rows.length === limit) walk.continueBelow(last[0]);
    else mayBeFew = true;
  }
}

/** The first rows that match, as many as were asked for. */
export async function readPage<Filter extends SpanFilter>(
  source: ListSource<Filter>,
  filter: Filter,
  options: Omit<ReadOptions, 'size'>,
): Promise<ListedRow[]> {
  const page: ListedRow[] = [];
  for await (const rows of readPages(source, filter, { ...options, size: options.most })) page.push(...rows);
  return page;
}

function boundsOf({ from, to, before }: SpanFilter): IdRange | undefined {
  const above = [before, to === undefined ? undefined : lowestUuidAt(to)].filter((id) => id !== undefined);
  const bounds = {
    lowest: from === undefined ? undefined : lowestUuidAt(from),
    above: above.sort()[0],
  };
  return bounds.lowest !== undefined && bounds.above !== undefined && bounds.lowest >= bounds.above
    ? undefined
    : bounds;
}

/**
 * Not under a name: a filter of ten fields has a thousand statements, and a plan that is kept must serve any days and values, so it holds all partitions.
 * Parsing anew costs 0.1 ms, and each plan sees its own values: which index is best for «anonymous» is not for a person of three actions.
 */
async function read(
  pool: pg.Pool,
  { text, values }: { text: string; values: unknown[] },
): Promise<ListedRow[]> {
  const { rows } = await pool.query<string[]>({ text, values, rowMode: 'array' });
  return rows as unknown as ListedRow[];
}
