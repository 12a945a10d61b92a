import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LoopLag } from '../../src/system/loop-lag.js';

it('a stall shows as the longest lag, once', async () => {
  const lag = new LoopLag();
  lag.start();
  await sleep(50);
  const end = performance.now() + 120;
  while (performance.now() < end);
  await sleep(50);
  expect(lag.take().longest).toBeGreaterThan(90);
  await sleep(50);
  expect(lag.take().longest).toBeLessThan(90);
  lag.stop();
});
