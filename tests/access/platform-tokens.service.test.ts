import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

const ISSUER = 'https://id.example.com';
const AUDIENCE = 'foodieexpress-platform';

describe('tokens of the platform issuer', () => {
  let test: TestApp;
  let server: Server;
  let keys: Record<'RS256' | 'ES256' | 'EdDSA', CryptoKey>;
  let answer = true;
  let fetched = 0;
  let skipped = 0;

  beforeAll(async () => {
    const pairs = await Promise.all(
      (['RS256', 'ES256', 'EdDSA'] as const).map(async (alg) => [alg, await generateKeyPair(alg)] as const),
    );
    keys = Object.fromEntries(pairs.map(([alg, pair]) => [alg, pair.privateKey])) as typeof keys;
    const jwks = await Promise.all(
      pairs.map(async ([alg, pair]) => ({ ...(await exportJWK(pair.publicKey)), kid: alg, alg })),
    );
    server = createServer((_request, response) => {
      fetched += 1;
      if (answer) response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: jwks }));
      else response.writeHead(502).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = {
      TOKEN_JWKS_URL: `http://127.0.0.1:${port}/jwks`,
      TOKEN_ISSUER: ISSUER,
      TOKEN_AUDIENCE: AUDIENCE,
    };
    test = await buildTestApp({ config, clock: () => Date.now() + skipped });
  });
  afterAll(async () => {
    await test.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const issue = (
    claims: Record<string, unknown> = {},
    alg: keyof typeof keys = 'RS256',
    key: CryptoKey | Uint8Array = keys[alg],
    as: string = alg,
  ) => {
    const now = Math.floor((Date.now() + skipped) / 1_000);
    const all = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'u_17',
      role: 'customer',
      iat: now,
      exp: now + 300,
      ...claims,
    };
    return new SignJWT(all).setProtectedHeader({ alg: as, kid: alg }).sign(key);
  };
  const me = async (token: string) =>
    test.app.inject({ url: '/api/auth/me', headers: { authorization: `Bearer ${token}` } });

  it('answers 503 with a time to come back while the keys cannot be had, and asks the issuer once', async () => {
    answer = false;
    const before = fetched;
    const token = await issue();
    const responses = [await me(token), await me(token)];
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([503, 503]);
    expect(responses[0]?.headers['retry-after']).toBe('5');
    expect(responses[0]?.json()).toMatchObject({ type: '/problems/issuer-unavailable' });
    expect(fetched).toBe(before + 1);
    answer = true;
    skipped += 5_000;
    expect((await me(token)).statusCode).toBe(200);
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'accepts a person whose token is signed with %s',
    async (alg) => {
      const response = await me(await issue({ sub: `u_${alg}`, role: 'delivery' }, alg));
      expect(response.json()).toMatchObject({
        id: `u_${alg}`,
        role: 'delivery',
        email: null,
        issuer: 'platform',
      });
    },
  );

  it('fetches the keys once for many tokens', async () => {
    await me(await issue());
    const before = fetched;
    await Promise.all(
      Array.from({ length: 10 }, async (_value, index) => me(await issue({ sub: `u_${index}` }))),
    );
    expect(fetched).toBe(before);
  });

  it('gives an admin of the platform what admins may, and no password here', async () => {
    const headers = { authorization: `Bearer ${await issue({ role: 'admin' })}` };
    expect((await test.app.inject({ url: '/api/accounts', headers })).statusCode).toBe(200);
    const payload = { current_password: 'x', new_password: 'correct horse battery staple' };
    const changed = await test.app.inject({ method: 'POST', url: '/api/auth/password', headers, payload });
    expect(changed.statusCode).toBe(403);
  });

  it('refuses what the issuer did not mean for us, or did not sign', async () => {
    const secret = new TextEncoder().encode(test.config.JWT_SECRET);
    const stranger = await generateKeyPair('RS256');
    const bad: Record<string, string> = {
      'another audience': await issue({ aud: 'somebody-else' }),
      expired: await issue({ exp: Math.floor((Date.now() + skipped) / 1_000) - 1 }),
      'no end': await issue({ exp: undefined }),
      'no subject': await issue({ sub: '' }),
      'an endless subject': await issue({ sub: 'x'.repeat(256) }),
      "a stranger's key": await issue({}, 'RS256', stranger.privateKey),
      'our own secret (HS256)': await issue({}, 'RS256', secret, 'HS256'),
      'an issuer that nobody knows': await issue({ iss: 'https://evil.example' }),
      'our own issuer, signed by the platform': await issue({
        iss: 'foodieexpress-tracking',
        aud: 'foodieexpress',
      }),
    };
    for (const [name, token] of Object.entries(bad))
      expect([name, (await me(token)).statusCode]).toEqual([name, 401]);
  });

  it('ends a remembered token at its time', async () => {
    const token = await issue();
    expect((await me(token)).statusCode).toBe(200);
    skipped += 301_000;
    expect((await me(token)).statusCode).toBe(401);
  });

  it('answers 403 to a good token whose role is none of ours', async () => {
    for (const role of ['root', undefined, 7, ['customer', 'admin'], []]) {
      expect([role, (await me(await issue({ role }))).statusCode]).toEqual([role, 403]);
    }
    expect((await me(await issue({ role: ['offline_access', 'restaurant'] }))).json()).toMatchObject({
      role: 'restaurant',
    });
  });
});
