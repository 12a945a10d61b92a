import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

describe('limits by caller', () => {
  let test: TestApp;
  afterEach(() => test.close());
  const build = async (config: Partial<Config>) => {
    test = await buildTestApp({ config: { RATE_LIMIT: true, ...config } });
  };
  const send = (headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') =>
    test.app.inject({
      method: 'POST',
      url: '/api/log-action',
      headers,
      payload: firstClientBody(),
      remoteAddress,
    });
  const statuses = async (times: number, request: () => ReturnType<typeof send>) => {
    const seen: number[] = [];
    for (let turn = 0; turn < times; turn++) seen.push((await request()).statusCode);
    return seen;
  };

  it('counts nobody by address (IPv6 by /64), a person by user and a service by key', async () => {
    await build({ RATE_ANONYMOUS: 2, RATE_USER: 3, RATE_SERVICE: 4 });
    expect(await statuses(3, () => send())).toEqual([201, 201, 429]);
    expect((await send({}, '192.0.2.2')).statusCode).toBe(201);
    let host = 0;
    expect(await statuses(3, () => send({}, `2001:db8:0:1::${++host}`))).toEqual([201, 201, 429]);
    expect((await send({}, '2001:db8:0:2::1')).statusCode).toBe(201);

    const { token } = await test.tokenFor('customer');
    const person = { authorization: `Bearer ${token}` };
    expect((await send(person)).headers['ratelimit-policy']).toBe('"user";q=3;w=60');
    expect(await statuses(3, () => send(person, '192.0.2.9'))).toEqual([201, 201, 429]);

    const service = { 'x-api-key': await test.apiKey(['ingest']) };
    expect((await send(service)).headers.ratelimit).toBe('"service";r=3;t=60');
    expect(await statuses(4, () => send(service, '192.0.2.9'))).toEqual([201, 201, 201, 429]);
  });

  it('counts addresses that nothing answers at, and no probe', async () => {
    await build({ RATE_ANONYMOUS: 2 });
    const get = (url: string) => test.app.inject({ url, remoteAddress: '192.0.2.1' });
    expect(await statuses(3, () => get('/wp-login.php'))).toEqual([404, 404, 429]);
    for (const url of ['/health/live', '/docs/json', '/metrics'])
      expect((await get(url)).statusCode).toBe(200);
    expect((await get('/health/live')).headers.ratelimit).toBeUndefined();
  });

  it('counts refused credentials by address, stops asking the database for them, and spares those that are good', async () => {
    await build({ RATE_ANONYMOUS: 3 });
    const key = await test.apiKey(['ingest']);
    let guess = 0;
    const guessing = () => send({ 'x-api-key': `fek_${String(++guess).padStart(43, '0')}` });
    expect(await statuses(4, guessing)).toEqual([401, 401, 401, 429]);
    expect(test.app.credentials.apiKeys.peek(`fek_${'4'.padStart(43, '0')}`)).toBeUndefined();
    // The phones behind that address still send, and a service from elsewhere as well.
    expect((await send()).statusCode).toBe(201);
    expect((await send({ 'x-api-key': key }, '192.0.2.2')).statusCode).toBe(201);
    expect(await statuses(2, () => send({ authorization: 'Bearer x' }))).toEqual([429, 429]);
  });

  const login = (email: string, password: string, remoteAddress: string) =>
    test.app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password }, remoteAddress });

  it('limits logins by address, right or wrong', async () => {
    await build({ RATE_LOGIN_ADDRESS: 3 });
    const { email, password } = test.admin;
    expect(await statuses(4, () => login(email, password, '192.0.2.1'))).toEqual([200, 200, 200, 429]);
    expect((await login(email, password, '192.0.2.2')).headers.ratelimit).toBe('"login";r=2;t=60');
  });

  it('closes an account after its failures, known or unknown alike, from whatever address', async () => {
    await build({ RATE_LOGIN_ACCOUNT: 3 });
    for (const email of [test.admin.email, 'nobody@example.com']) {
      let host = 0;
      const fail = () => login(email, 'wrong', `192.0.2.${++host}`);
      expect(await statuses(4, fail)).toEqual([401, 401, 401, 429]);
    }
    const right = await login(test.admin.email.toUpperCase(), test.admin.password, '192.0.2.99');
    expect(right.statusCode).toBe(429);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(60);
  });

  it('counts no success against an account', async () => {
    await build({ RATE_LOGIN_ACCOUNT: 2 });
    const { email, password } = test.admin;
    expect(await statuses(4, () => login(email, password, '192.0.2.1'))).toEqual([200, 200, 200, 200]);
  });

  it('lets no burst slip through between look and count', async () => {
    await build({ RATE_LOGIN_ACCOUNT: 3, RATE_LOGIN_ADDRESS: 1_000 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => login(test.admin.email, 'wrong', '192.0.2.1')),
    );
    const tried = answers.filter(({ statusCode }) => statusCode === 401).length;
    expect(tried).toBeGreaterThanOrEqual(3);
    // Two compare at once, so one more than the limit may have begun.
    expect(tried).toBeLessThanOrEqual(4);
  });
});
