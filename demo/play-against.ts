import { expectedOrders } from './expected-orders.js';
import { placeIncidents } from './incident.js';
import type { Options } from './options.js';
import { type Clock, planClock } from './plan-clock.js';
import { Api } from './sending/api.js';
import { type Credential, givenKey, makeOwnKey } from './sending/own-key.js';
import { play } from './sending/pace.js';
import { progressLine, showProgress } from './sending/progress.js';
import { Sender } from './sending/sender.js';
import { summary } from './sending/summary.js';
import { Tally } from './sending/tally.js';
import { simulate } from './simulate.js';

/** How long the server may be away: at the beginning (is it there at all?), while the run lasts, and at the end. */
const PATIENCE = { begin: 3_000, run: 120_000, end: 10_000 };

/** Plays the whole run. Resolves when all was answered or the signal came; rejects when the server cannot be used. */
export async function playAgainst(options: Options, signal: AbortSignal): Promise<Tally> {
  const { url, seconds } = options;
  const tally = new Tally();
  const api = (patience: number, until: AbortSignal) =>
    new Api({ url, patience, signal: until, onWait: (reason) => tally.wait(reason) });

  const credential = await signIn(options, api(PATIENCE.begin, signal));
  try {
    const clock = planClock({ ...options, now: credential.serverTime });
    if (clock.speed < options.speed) {
      process.stdout.write(`Speed ${clock.speed.toFixed(1)}: more would not fit into 6.5 days.\n`);
    }
    const sender = new Sender(api(PATIENCE.run, signal), credential.key, tally);
    await playAll(options, { clock, sender, tally, signal });
    return tally;
  } finally {
    await credential.end(api(PATIENCE.end, AbortSignal.timeout(PATIENCE.end))).catch((error: unknown) => {
      const hours = Math.ceil(seconds / 3_600 + 1);
      process.stderr.write(
        `The API key «demo» could not be revoked (${(error as Error).message}); it ends within ${hours} h.\n`,
      );
    });
  }
}

function signIn({ apiKey, email, password = '', seconds }: Options, api: Api): Promise<Credential> {
  return apiKey === undefined ? makeOwnKey(api, { email, password, seconds }) : givenKey(api, apiKey);
}

interface Means {
  clock: Clock;
  sender: Sender;
  tally: Tally;
  signal: AbortSignal;
}

async function playAll(options: Options, { clock, sender, tally, signal }: Means): Promise<void> {
  const items = simulate({
    seed: options.seed,
    size: options,
    clock,
    incidents: placeIncidents(options.incidents, clock.liveFrom, clock.speed),
    orders: expectedOrders(options, clock),
  });
  let reached = 0;
  const progress = showProgress(process.stdout, () => progressLine(clock.start + reached, tally));
  try {
    await play(items, {
      clock,
      signal,
      send: (piece) => sender.send(piece),
      reached: (at) => {
        reached = at;
      },
    });
  } finally {
    progress.stop();
    process.stdout.write(summary({ ...options, tally, clock, reached }));
  }
}
