import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { LOOKUP_TTL, LookupCache } from '../../src/access/lookup-cache.js';

interface Row {
  status: string;
}

describe('LookupCache', () => {
  let now = 0;
  let asked: string[] = [];
  let rows: Record<string, Row | Error> = {};
  let cache: LookupCache<Row>;

  beforeEach(() => {
    now = 1_000_000;
    asked = [];
    rows = { a: { status: 'active' } };
    cache = new LookupCache<Row>({
      max: 2,
      clock: () => now,
      find: async (key) => {
        asked.push(key);
        await turn();
        const row = rows[key];
        if (row instanceof Error) throw row;
        return row ?? null;
      },
    });
  });

  it('asks once for callers who come at once', async () => {
    const found = await Promise.all([cache.find('a'), cache.find('a'), cache.find('a')]);
    expect(found).toEqual([rows.a, rows.a, rows.a]);
    expect(asked).toEqual(['a']);
  });

  it('sees a change after its time, and not a query before', async () => {
    await cache.find('a');
    rows.a = { status: 'suspended' };
    now += LOOKUP_TTL;
    await expect(cache.find('a')).resolves.toEqual({ status: 'active' });
    now += 1;
    await expect(cache.find('a')).resolves.toEqual({ status: 'suspended' });
    expect(asked).toEqual(['a', 'a']);
  });

  it('sees a change of its own process at once', async () => {
    await cache.find('a');
    rows.a = { status: 'suspended' };
    cache.forget('a');
    await expect(cache.find('a')).resolves.toEqual({ status: 'suspended' });
  });

  it('remembers that a row is missing, and tells that from not knowing', async () => {
    expect(cache.peek('b')).toBeUndefined();
    await cache.find('b');
    expect(cache.peek('b')).toBeNull();
    await cache.find('b');
    expect(asked).toEqual(['b']);
  });

  it('answers callers whose entry is pushed out meanwhile', async () => {
    const found = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.find(key)));
    expect(found).toEqual([{ status: 'active' }, null, null, null]);
  });

  it('takes a database that is away for no answer, and leaves it alone for a second', async () => {
    rows.a = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    await expect(cache.find('a')).rejects.toMatchObject({ status: 503 });
    await expect(cache.find('a')).rejects.toMatchObject({
      status: 503,
      extras: { headers: { 'retry-after': '2' } },
    });
    expect(asked).toEqual(['a']);
    rows.a = { status: 'active' };
    now += 1_000;
    await expect(cache.find('a')).resolves.toEqual({ status: 'active' });
  });

  it('passes on a failure of another kind', async () => {
    rows.a = new Error('a bug');
    await expect(cache.find('a')).rejects.toThrow('a bug');
  });
});
