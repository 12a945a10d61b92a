import type { Caller } from '../access/caller.js';

/** Milliseconds between looks at the caller's account. What a look finds is believed for 3 s, so a demotion is known within 5 s, and the database asked once in 3 s. */
const RECHECK = 1_000;
/** A longer timeout overflows and fires at once; a platform token may well be good for more than these 24 days. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export interface WatchSessionOptions {
  caller: Caller;
  /** Unix ms. */
  clock: () => number;
  /** Whether the caller would still be let in; rejects without a database. */
  recheck: (caller: Caller) => Promise<boolean>;
  /** Called once, when the token is over or the account may no longer watch. */
  end: () => void;
}

/** Watches over a connection that outlives its request. Returns what stops it. */
export function watchSession({ caller, clock, recheck, end }: WatchSessionOptions): () => void {
  let expiry: NodeJS.Timeout | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearTimeout(expiry);
    clearInterval(rechecks);
  };
  const finish = () => {
    if (stopped) return;
    stop();
    end();
  };
  const untilExpiry = () => {
    const left = caller.kind === 'person' ? caller.expires_at - clock() : 0;
    if (left <= 0) return finish();
    expiry = setTimeout(untilExpiry, Math.min(left, LONGEST_TIMEOUT)).unref();
  };
  const rechecks = setInterval(() => {
    // A database that is away ends nobody's session: the next look will tell.
    recheck(caller).then(
      (valid) => valid || finish(),
      () => undefined,
    );
  }, RECHECK).unref();
  untilExpiry();
  return stop;
}
