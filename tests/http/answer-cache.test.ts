import fastify, { type FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Caller, nobody } from '../../src/access/caller.js';
import { answerCache } from '../../src/http/answer-cache.js';
import '../../src/access/access-plugin.js';

let app: FastifyInstance;
let computed: number;
/** The computation waits for this. */
let gate: Promise<void>;
let fails: boolean;

const people: Record<string, Caller> = {
  ann: { kind: 'person', user_id: 'ann', role: 'admin', issuer: 'self', expires_at: 0 },
  bob: { kind: 'person', user_id: 'bob', role: 'admin', issuer: 'self', expires_at: 0 },
  // A key may have any id, a person's too.
  key: { kind: 'service', key_id: 'ann', name: 'key', scopes: [] },
};

beforeEach(async () => {
  [computed, gate, fails] = [0, Promise.resolve(), false];
  app = fastify();
  app.decorateRequest('caller', { getter: () => nobody });
  const metrics = async (scope: FastifyInstance) => {
    scope.decorate('metrics', new Registry());
  };
  await app.register(fp(metrics, { name: 'metrics' }));
  await app.register(answerCache);
  app.addHook('onRequest', async (request) => {
    const caller = people[String(request.headers['x-who'])] ?? nobody;
    Object.defineProperty(request, 'caller', { value: caller });
  });
  app.get('/ask', (request) =>
    app.answers.once(request, 'test', request.query as object, async () => {
      computed += 1;
      const answer = { number: computed };
      await gate;
      if (fails) throw new Error('cannot');
      return answer;
    }),
  );
  app.post('/write', async (request) => {
    app.answers.wrote(request);
    return 'committed';
  });
  await app.ready();
});
afterEach(() => app.close());

const ask = async (who = 'ann', { query = 'q=1', headers = {} } = {}) => {
  const response = await app.inject({
    url: `/ask?${query}`,
    headers: { 'x-who': who, ...headers },
  });
  return response.statusCode === 200 ? response.json<{ number: number }>().number : response.statusCode;
};
const write = (who: string) => app.inject({ method: 'POST', url: '/write', headers: { 'x-who': who } });
const counted = async () => {
  const [metric] = await app.metrics.getMetricsAsJSON();
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.outcome, value]));
};
/** Holds computations up until it is called. */
function hold(): () => void {
  let release: () => void = () => undefined;
  gate = new Promise((resolve) => {
    release = resolve;
  });
  return release;
}

describe('equal questions', () => {
  it('at the same time are computed once, whoever asks', async () => {
    const release = hold();
    const answers = [ask('ann'), ask('bob'), ask('key')];
    await vi.waitFor(async () => expect(await counted()).toMatchObject({ joined: 2 }));
    release();
    expect(await Promise.all(answers)).toEqual([1, 1, 1]);
    expect(await counted()).toEqual({ computed: 1, joined: 2 });
  });

  it('shortly after each other share an answer, for a second at most', async () => {
    expect([await ask(), await ask('bob')]).toEqual([1, 1]);
    expect(await counted()).toEqual({ computed: 1, reused: 1 });
    await vi.waitFor(async () => expect(await ask()).toBe(2), { timeout: 2_000, interval: 50 });
  });

  it('are those with the same values, in any order', async () => {
    expect(await ask('ann', { query: 'a=1&b=2' })).toBe(1);
    expect(await ask('ann', { query: 'b=2&a=1' })).toBe(1);
    expect(await ask('ann', { query: 'a=1&b=3' })).toBe(2);
  });

  it('are computed afresh for who wants that', async () => {
    await ask();
    expect(await ask('ann', { headers: { 'cache-control': 'no-cache' } })).toBe(2);
    expect(await ask('ann', { headers: { 'cache-control': 'max-age=0, private' } })).toBe(3);
    expect(await ask('ann', { headers: { 'cache-control': 'max-age=05' } })).toBe(1);
    expect(await counted()).toEqual({ computed: 1, afresh: 2, reused: 1 });
  });
});

describe('an error', () => {
  it('reaches all who wait, and is not kept', async () => {
    fails = true;
    const release = hold();
    const answers = [ask('ann'), ask('bob')];
    await vi.waitFor(async () => expect(await counted()).toMatchObject({ joined: 1 }));
    release();
    expect(await Promise.all(answers)).toEqual([500, 500]);
    fails = false;
    expect(await ask()).toBe(2);
  });
});

describe('who has written', () => {
  it('gets no answer from before, and others may', async () => {
    await ask('ann');
    await write('ann');
    expect(await ask('ann')).toBe(2);
    expect(await ask('ann')).toBe(2);
    expect(await ask('bob')).toBe(1);
    await write('ann');
    expect(await ask('ann')).toBe(3);
  });

  it('does not join what was begun before', async () => {
    const release = hold();
    const before = ask('bob');
    await vi.waitFor(() => expect(computed).toBe(1));
    await write('ann');
    const after = ask('ann');
    await vi.waitFor(() => expect(computed).toBe(2));
    release();
    expect(await Promise.all([before, after])).toEqual([1, 2]);
  });

  it('is told from a service with the same id', async () => {
    await ask('ann');
    await write('ann');
    expect(await ask('key')).toBe(1);
  });

  it('without a credential is not remembered: nobody may ask what writing changes', async () => {
    await ask('nobody');
    await write('nobody');
    expect(await ask('nobody')).toBe(1);
  });
});

describe('a long text', () => {
  it('is shared while it is computed, and not kept', async () => {
    let made = 0;
    const request = { headers: {}, caller: people.ann } as never;
    const make = async () => {
      made += 1;
      return 'x'.repeat(200_000);
    };
    const both = [app.answers.once(request, 'long', {}, make), app.answers.once(request, 'long', {}, make)];
    await Promise.all(both);
    expect(made).toBe(1);
    await app.answers.once(request, 'long', {}, make);
    expect(made).toBe(2);
  });
});
