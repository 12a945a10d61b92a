/**
 * What redaction costs: µs for a typical action of about 480 bytes, the same with a secret in it, and MB/s over long texts.
 *
 *     node --import tsx bench/redact.ts
 */
import { redactJson } from '../src/ingest/redact/redact-json.js';
import { RedactionTally } from '../src/ingest/redact/redaction-tally.js';

const ROUNDS = 7;

const typical = {
  id: '019aa1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  service_name: 'orderService',
  method_name: 'placeOrder',
  parameters: {
    restaurant_id: 'r_5512',
    items: [
      { id: 'm_17', quantity: 2, price: 129.9 },
      { id: 'm_44', quantity: 1, price: 54.5 },
    ],
    address: { lat: 41.0082, lng: 28.9784, note: 'third floor, ring twice' },
    coupon: 'LUNCH20',
  },
  response_data: {
    order_id: 'o_981223',
    status: 'accepted',
    eta_minutes: 35,
    placed_at: '2026-11-24T10:15:00.123Z',
  },
  success: true,
  error_message: null,
  user_id: 'u_17',
  session_id: 's_9a8b7c',
  platform: 'ios',
  app_version: '4.12.0',
};
const withSecrets = {
  ...typical,
  parameters: {
    ...typical.parameters,
    password: 'hunter2',
    callback: 'https://example.com/?token=abc&page=2',
  },
};
const prose = {
  note: 'Two large pizzas, extra olives, leave at the door: ring twice = faster. '.repeat(400),
};
const digits = { ids: Array.from({ length: 1_000 }, (_, index) => String(1_234_567_890_123_456 + index)) };

/** Median µs of one walk. Each walk gets a tree of its own, for it changes it; parsing is not in the figure. */
function measure(value: unknown): number {
  const text = JSON.stringify(value);
  const count = Math.ceil(20_000_000 / text.length / 10);
  const runs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const trees = Array.from({ length: count }, () => JSON.parse(text) as unknown);
    const tally = new RedactionTally();
    const start = performance.now();
    for (const tree of trees) redactJson(tree, tally);
    // The first round warms the code up.
    if (round > 0) runs.push(((performance.now() - start) * 1_000) / count);
  }
  return runs.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

const rows = Object.entries({ typical, withSecrets, prose, digits }).map(([name, value]) => {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  const micros = measure(value);
  return { name, bytes, µs: micros.toFixed(2), 'MB/s': (bytes / micros).toFixed(0) };
});
console.table(rows);
