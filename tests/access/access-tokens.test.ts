import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import fastify from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_SECONDS, AccessTokens, type TokenSubject } from '../../src/access/access-tokens.js';
import { type Config, readSettings } from '../../src/config.js';

const SECRET = 'a-secret-of-at-least-32-bytes-long!!';
const subject: TokenSubject = { id: randomUUID(), role: 'admin', password_at: 1_700_000_000_000 };
const session = randomUUID();

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (input: string, secret: string, digest = 'sha256') =>
  createHmac(digest, secret).update(input).digest('base64url');

describe('AccessTokens', () => {
  let now = 1_800_000_000_000;
  let tokens: AccessTokens;
  let good: { header: Record<string, unknown>; claims: Record<string, unknown> };

  /** A token with a right signature over whatever it says. */
  const signed = (header: object, claims: object, secret = SECRET, digest?: string) => {
    const input = `${encode({ ...good.header, ...header })}.${encode({ ...good.claims, ...claims })}`;
    return `${input}.${hmac(input, secret, digest)}`;
  };

  beforeAll(async () => {
    const app = fastify();
    const config: Config = { ...readSettings({}), DATABASE_URL: '', JWT_SECRET: SECRET };
    app.decorate('config', config);
    app.decorate('clock', () => now);
    tokens = await AccessTokens.create(app);
    const [header = '', claims = ''] = tokens.sign(subject, session).split('.');
    const decode = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    good = { header: decode(header), claims: decode(claims) };
  });

  it('signs what it accepts: who, with which role, until when', () => {
    expect(good.header).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect(good.claims).toMatchObject({
      iss: 'foodieexpress-tracking',
      aud: 'foodieexpress',
      sub: subject.id,
    });
    expect(tokens.verify(tokens.sign(subject, session))).toEqual({
      caller: {
        kind: 'person',
        user_id: subject.id,
        role: 'admin',
        issuer: 'self',
        expires_at: now + 900_000,
      },
      session_id: session,
      password_at: subject.password_at,
    });
  });

  it('accepts the hand-made control, so that the refusals below are for what they change', () => {
    expect(tokens.verify(signed({}, {}))).toBeDefined();
  });

  it('ends a token when its time is over, remembered or not', () => {
    const token = tokens.sign(subject, session);
    const before = now;
    now += ACCESS_TOKEN_SECONDS * 1_000 - 1;
    expect(tokens.verify(token)).toBeDefined();
    now += 1;
    expect(tokens.verify(token)).toBeUndefined();
    expect(tokens.verify(signed({}, {}))).toBeUndefined();
    now = before;
  });

  const forged: Record<string, () => string> = {
    'alg none without a signature': () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(good.claims)}.`,
    'alg none with a signature': () => signed({ alg: 'none' }, {}),
    'HS512 with the right secret': () => signed({ alg: 'HS512' }, {}, SECRET, 'sha512'),
    'another secret': () => signed({}, {}, 'another-secret-of-at-least-32-bytes!'),
    'the algorithm in lower case': () => signed({ alg: 'hs256' }, {}),
    'RS256 with a key of its own': () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const input = `${encode({ ...good.header, alg: 'RS256' })}.${encode(good.claims)}`;
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    },
    'a header that claims RS256 over an HMAC signature': () => signed({ alg: 'RS256' }, {}),
    'another audience': () => signed({}, { aud: 'somebody-else' }),
    'no audience': () => signed({}, { aud: undefined }),
    'another issuer': () => signed({}, { iss: 'https://evil.example' }),
    'no issuer': () => signed({}, { iss: undefined }),
    'no end': () => signed({}, { exp: undefined }),
    'an end that is over': () => signed({}, { exp: 1 }),
    'an end that is text': () => signed({}, { exp: '9999999999' }),
    'a type of another kind': () => signed({ typ: 'JWT' }, {}),
    'no type': () => signed({ typ: undefined }, {}),
    'a role that there is not': () => signed({}, { role: 'root' }),
    'a subject that is no account id': () => signed({}, { sub: 'u_17' }),
    'a critical header that nobody knows': () => signed({ crit: ['b64'], b64: false }, {}),
    'a tampered payload': () => {
      const [header, , signature] = signed({}, {}).split('.');
      return `${header}.${encode({ ...good.claims, role: 'admin', sub: randomUUID() })}.${signature}`;
    },
    'a cut signature': () => signed({}, {}).slice(0, -1),
    'no signature': () => signed({}, {}).split('.').slice(0, 2).join('.'),
    'a refresh token': () => `fer_${'x'.repeat(43)}`,
    'an empty text': () => '',
  };
  it.each(Object.entries(forged))('refuses %s', (_name, make) => {
    expect(tokens.verify(make())).toBeUndefined();
  });
});
