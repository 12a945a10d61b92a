import { setTimeout as sleep } from 'node:timers/promises';
import type { Item } from '../item.js';
import type { Clock } from '../plan-clock.js';

/** The history goes out in pieces of this many items; a piece is a handful of requests. */
const PIECE = 900;
/** Often enough that a live page looks alive. */
const TICK = 500;

export interface Pace {
  clock: Clock;
  signal: AbortSignal;
  send(items: readonly Item[]): Promise<void>;
  /** Tells how far the simulated world has come, ms. */
  reached(at: number): void;
}

/**
 * Takes the items as they are due: those before `liveFrom` at once, the rest as the clock on the wall goes. A server that keeps us waiting makes us late,
 * and what was due meanwhile follows when it is back.
 */
export async function play(items: Iterator<Item>, { clock, signal, send, reached }: Pace): Promise<void> {
  const { liveFrom, span, speed } = clock;
  let next = items.next();
  const take = (until: number, most: number): Item[] => {
    const due: Item[] = [];
    while (!next.done && next.value.at < until && due.length < most) {
      due.push(next.value);
      next = items.next();
    }
    return due;
  };

  while (!next.done && next.value.at < liveFrom && !signal.aborted) {
    const piece = take(liveFrom, PIECE);
    await send(piece);
    reached(piece.at(-1)?.at ?? liveFrom);
  }
  const began = performance.now();
  while (!signal.aborted) {
    const now = liveFrom + (performance.now() - began) * speed;
    for (let piece = take(now, PIECE); piece.length > 0 && !signal.aborted; piece = take(now, PIECE)) {
      await send(piece);
    }
    reached(Math.min(now, span));
    if (now >= span) return;
    // Never rejects: what ends the wait ends the loop.
    await sleep(Math.min(TICK, (span - now) / speed), undefined, { signal }).catch(() => undefined);
  }
}
