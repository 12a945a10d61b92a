import type { Item, ItemKind } from '../item.js';
import type { Api } from './api.js';
import type { Tally } from './tally.js';

/** Where each kind goes, and what the list is called there. */
const routes: Record<ItemKind, { path: string; list: string }> = {
  action: { path: '/api/log-actions', list: 'actions' },
  event: { path: '/api/events/batch', list: 'events' },
  metric: { path: '/api/service-metrics', list: 'metrics' },
};

const MOST_IN_BATCH = 100;
/** Batches in flight at once: enough that the server commits in groups, few enough that a demo starves nobody. */
const IN_FLIGHT = 3;

interface Result {
  status: 'stored' | 'duplicate' | 'rejected';
  error?: { title?: string; detail?: string; errors?: { path: string; message: string }[] };
}

/** Sends items in batches and takes note of what the server says of each. */
export class Sender {
  readonly #api: Api;
  readonly #key: string;
  readonly #tally: Tally;

  constructor(api: Api, key: string, tally: Tally) {
    this.#api = api;
    this.#key = key;
    this.#tally = tally;
  }

  /** Resolves when each of them was answered; rejects when the server cannot be used. */
  async send(items: readonly Item[]): Promise<void> {
    const batches = (Object.keys(routes) as ItemKind[]).flatMap((kind) => {
      const list = items.filter((item) => item.kind === kind);
      const count = Math.ceil(list.length / MOST_IN_BATCH);
      return Array.from({ length: count }, (_, n) => list.slice(n * MOST_IN_BATCH, (n + 1) * MOST_IN_BATCH));
    });
    const worker = async (): Promise<void> => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) await this.#sendBatch(batch);
    };
    const settled = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, worker));
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #sendBatch(batch: readonly Item[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    const { path, list } = routes[first.kind];
    const bodies = batch.map(({ body }) => body);
    const answer = await this.#api.send('POST', path, { 'x-api-key': this.#key }, { [list]: bodies });
    const { results } = answer.body as { results: Result[] };
    for (const [index, item] of batch.entries()) {
      const { status, error } = results[index] ?? { status: 'rejected' as const };
      if (status === 'rejected') this.#tally.reject(item, describe(error));
      else this.#tally.count(item);
      if (status === 'duplicate') this.#tally.duplicate++;
    }
  }
}

function describe(error: Result['error']): string {
  const fields = error?.errors?.map(({ path, message }) => `${path} ${message}`) ?? [];
  return [error?.detail ?? error?.title ?? 'no reason given', ...fields].join('; ');
}
