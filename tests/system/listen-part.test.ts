import { describe, expect, it } from 'vitest';
import { type Listening, listenPart } from '../../src/system/parts/listen.js';

describe('how the feed listens', () => {
  it.each<[Listening['state'], number | null, string]>([
    ['idle', null, 'ok'],
    ['up', 0.4, 'ok'],
    ['up', 7, 'degraded'],
    ['up', 31, 'down'],
    ['down', 0.4, 'ok'],
    ['down', 7, 'degraded'],
    ['down', 31, 'down'],
  ])('%s, last looked %s s ago, is %s', (state, lag, expected) => {
    expect(listenPart({ state, lag })).toMatchObject({
      state: expected,
      figure: lag === null ? null : { value: lag, unit: 's' },
    });
  });
});
