import { newUuidV7 } from '../../src/store/new-uuid-v7.js';
import { liveAction } from './live-action.js';

/**
 * Sends actions at a rate, in batches, in turn to each replica, in a process of its own: started by fork(), told what by a message, answers with what was
 * acknowledged. Batches have their places in time, whatever the answers take, so that a slow service is not spared.
 */
export interface LoadOrder {
  urls: string[];
  /** Actions a second; of them so many in a request. */
  rate: number;
  batch: number;
  seconds: number;
}

export interface LoadReport {
  /** Ids by number of the action, of acknowledged ones. */
  ids: string[];
  refused: number;
  /** Actions acknowledged a second, from the first request to the last answer. */
  rate: number;
  /** Milliseconds a request, sorted. */
  times: number[];
}

process.on('message', (order: LoadOrder) => {
  void send(order).then((report) => process.send?.(report, () => process.exit(0)));
});

async function send({ urls, rate, batch, seconds }: LoadOrder): Promise<LoadReport> {
  const ids: string[] = [];
  const times: number[] = [];
  let refused = 0;
  const started = performance.now();
  const post = async (number: number) => {
    const actions = Array.from({ length: batch }, (_, index) => {
      const id = newUuidV7(Date.now());
      ids[number * batch + index] = id;
      return { id, ...liveAction(number * batch + index) };
    });
    const from = performance.now();
    const response = await fetch(`${urls[number % urls.length]}/api/log-actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actions }),
    });
    const { stored } = (await response.json()) as { stored?: number };
    times.push(performance.now() - from);
    if (stored !== batch) refused += batch - (stored ?? 0);
  };
  const under: Promise<void>[] = [];
  const requests = Math.round((rate * seconds) / batch);
  for (let number = 0; number < requests; number += 1) {
    const due = started + (number * batch * 1_000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    under.push(post(number));
  }
  await Promise.all(under);
  const took = (performance.now() - started) / 1_000;
  return { ids, refused, rate: (ids.length - refused) / took, times: times.sort((a, b) => a - b) };
}
