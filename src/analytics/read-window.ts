import type pg from 'pg';
import type { SpanQuery } from '../contract/span.js';
import type { Ask } from '../store/rollups/read-rollups.js';
import { type ReadSpans, readSpans } from '../store/rollups/read-spans.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { type Window, windowOf } from './window.js';

/** A window and the one before, cut into buckets and what waits. */
export interface ReadWindow extends ReadSpans {
  window: Window;
  ask: Ask;
}

/** Answers a question about the window that a query names, and the one before it. */
export function readWindow<T>(
  pool: pg.Pool,
  memory: RollupMemory,
  query: SpanQuery,
  now: number,
  work: (read: ReadWindow) => Promise<T>,
): Promise<T> {
  let window = windowOf(query, now, memory.minutesSince);
  return readSpans(
    pool,
    memory,
    (minutesSince) => {
      window = windowOf(query, now, minutesSince);
      return {
        current: window.span,
        before: window.previous,
        smallest: window.smallest,
        ahead: window.now === undefined ? undefined : { from: window.now + 1, to: window.span.to },
      };
    },
    (read, ask) => work({ ...read, window, ask }),
  );
}
