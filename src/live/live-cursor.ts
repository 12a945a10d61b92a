/**
 * Which messages were sent: those of all commits up to `newest` but for `holes`, and, of the commit `partial`, the first `count`. Numbers of
 * commits are the same at every replica, and a commit's messages have one order, so a cursor says the same everywhere, although each replica
 * sends commits in the order in which it learns of them.
 */
export interface LiveCursor {
  newest: number;
  /** Commits below `newest` of which nothing was sent: under way when the cursor was made, or rolled back. */
  holes: ReadonlySet<number>;
  partial?: { seq: number; count: number };
}

/**
 * `newest`, then `.count` and `@seq` of a commit that was not sent to its end (`@seq` only where it is not `newest`), then the holes as
 * distances below `newest`, runs as `from:to`. Such as `1042`, `1042.17`, `1042.3@1040-1-5:4`.
 */
const shape = /^(\d{1,15})(?:\.(\d{1,6})(?:@(\d{1,15}))?)?((?:-\d{1,15}(?::\d{1,15})?)*)$/;
/** Characters of a cursor at most. */
export const LONGEST_CURSOR = 200;
/** A replica knows of a few dozen; a client may not make us count for ever. */
export const MOST_HOLES = 5_000;

/** Undefined where the text is no cursor. */
export function readCursor(text: string): LiveCursor | undefined {
  const [, newestText, count, seq, holesText = ''] =
    text.length > LONGEST_CURSOR ? [] : (shape.exec(text) ?? []);
  if (newestText === undefined) return undefined;
  const newest = Number(newestText);
  const holes = new Set<number>();
  for (const run of holesText.split('-').slice(1)) {
    const [first = '', last = first] = run.split(':');
    const [from, to] = [Number(first), Number(last)];
    if (to > from || from > newest || to < 1 || holes.size + from - to >= MOST_HOLES) return undefined;
    for (let distance = from; distance >= to; distance -= 1) holes.add(newest - distance);
  }
  if (count === undefined) return { newest, holes };
  const partial = { seq: Number(seq ?? newestText), count: Number(count) };
  return partial.seq > newest || holes.has(partial.seq) ? undefined : { newest, holes, partial };
}

/** Writes the parts that all messages of one commit share; see {@link messageCursor}. Holes ascending. */
export function cursorStem(
  newest: number,
  seq: number,
  holes: readonly number[],
): { newest: number; seq: number; holes: string } {
  let text = '';
  for (let index = 0; index < holes.length; index += 1) {
    const first = holes[index] as number;
    while (holes[index + 1] === (holes[index] as number) + 1) index += 1;
    const last = holes[index] as number;
    text += first === last ? `-${newest - first}` : `-${newest - first}:${newest - last}`;
    // Never so far while replicas are healthy. Rather less is said to be sent than was: then some comes twice, and none is left out.
    if (text.length > LONGEST_CURSOR - 60) {
      const below = first - 1;
      return cursorStem(
        below,
        seq,
        holes.filter((hole) => hole < below),
      );
    }
  }
  return { newest, seq, holes: text };
}

export type CursorStem = ReturnType<typeof cursorStem>;

/** The cursor after the first `count` messages of the stem's commit; undefined for all of them. */
export function messageCursor({ newest, seq, holes }: CursorStem, count: number | undefined): string {
  if (count === undefined || seq > newest) return `${newest}${holes}`;
  return seq === newest ? `${newest}.${count}${holes}` : `${newest}.${count}@${seq}${holes}`;
}

/** How many of a commit's `size` messages were sent. */
export function sentOf(cursor: LiveCursor, seq: number, size: number): number {
  if (seq > cursor.newest || cursor.holes.has(seq)) return 0;
  return cursor.partial?.seq === seq ? Math.min(cursor.partial.count, size) : size;
}

/** Whether a message was sent; `index` from 0. */
export const wasSent = (cursor: LiveCursor, seq: number, index: number): boolean =>
  sentOf(cursor, seq, Number.POSITIVE_INFINITY) > index;

/** Whether everything that was sent by `other` was sent by `cursor` too. Numbers that no commit has count as sent where they are no holes. */
export function includes(cursor: LiveCursor, other: LiveCursor): boolean {
  for (const hole of cursor.holes) if (wasSent(other, hole, 0)) return false;
  const { partial } = cursor;
  if (partial && wasSent(other, partial.seq, partial.count)) return false;
  let unsent = other.newest - cursor.newest;
  if (unsent <= 0) return true;
  for (const hole of other.holes) if (hole > cursor.newest) unsent -= 1;
  return unsent === 0;
}

/** The least number of a commit that was not sent to its end, as far as the cursor knows. */
export function firstUnsent({ newest, holes, partial }: LiveCursor): number {
  return Math.min(newest + 1, partial?.seq ?? Number.POSITIVE_INFINITY, ...holes);
}
