import { randomUUID } from 'node:crypto';
import jwt, { type JWT } from '@fastify/jwt';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Role, roleSchema } from '../contract/common.js';
import type { Caller } from './caller.js';

export const ISSUER = 'foodieexpress-tracking';
const AUDIENCE = 'foodieexpress';
/** RFC 9068: tells an access token from any other that the same secret may sign one day. */
const TYPE = 'at+jwt';

/** Seconds an access token lives. */
export const ACCESS_TOKEN_SECONDS = 900;

/** Checking a signature costs 11 µs, remembering the token 0.3. 5,000 tokens of 1 KiB are 5 MB. */
const REMEMBERED = 5_000;

const claimsSchema = z.object({
  sub: z.uuid(),
  role: roleSchema,
  jti: z.uuid(),
  /** The family of refresh tokens it came with: a change of password ends all others. */
  sid: z.uuid(),
  /** Unix ms of the password it was issued under: another password, and the token is void. */
  password_at: z.int(),
  exp: z.int(),
});

/** A token whose signature, issuer, audience, type and time hold; what its account says now is another question. */
export interface VerifiedToken {
  caller: Caller & { kind: 'person' };
  session_id: string;
  password_at: number;
}

export interface TokenSubject {
  id: string;
  role: Role;
  password_at: number;
}

/** Signs and checks our own access tokens: HS256 and nothing else. */
export class AccessTokens {
  readonly #jwt: JWT;
  readonly #clock: () => number;
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: REMEMBERED });

  private constructor(signer: JWT, clock: () => number) {
    this.#jwt = signer;
    this.#clock = clock;
  }

  static async create(app: FastifyInstance): Promise<AccessTokens> {
    let signer: JWT | undefined;
    // In a scope of its own: no route can sign, or verify past the rest of the checks.
    const register: FastifyPluginAsync = async (scope) => {
      await scope.register(jwt, {
        secret: app.config.JWT_SECRET,
        sign: { algorithm: 'HS256', header: { alg: 'HS256', typ: TYPE } },
        verify: {
          algorithms: ['HS256'],
          allowedIss: ISSUER,
          allowedAud: AUDIENCE,
          checkTyp: TYPE,
          requiredClaims: ['iss', 'aud', 'exp'],
          // Checked below against the app's clock, for remembered tokens too.
          ignoreExpiration: true,
          cache: false,
        },
      });
      signer = scope.jwt;
    };
    await app.register(register);
    if (!signer) throw new Error('@fastify/jwt did not register');
    return new AccessTokens(signer, app.clock);
  }

  sign(subject: TokenSubject, sessionId: string): string {
    const iat = Math.floor(this.#clock() / 1_000);
    return this.#jwt.sign({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: subject.id,
      role: subject.role,
      jti: randomUUID(),
      sid: sessionId,
      password_at: subject.password_at,
      iat,
      exp: iat + ACCESS_TOKEN_SECONDS,
    });
  }

  /** Undefined for a token that is not ours, forged, of another kind, or over. */
  verify(token: string): VerifiedToken | undefined {
    const verified = this.#verified.get(token) ?? this.#check(token);
    if (!verified || verified.caller.expires_at <= this.#clock()) return undefined;
    return verified;
  }

  #check(token: string): VerifiedToken | undefined {
    let payload: unknown;
    try {
      payload = this.#jwt.verify<object>(token);
    } catch {
      return undefined;
    }
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return undefined;
    const { sub, role, sid, password_at, exp } = claims.data;
    const caller = { kind: 'person', user_id: sub, role, issuer: 'self', expires_at: exp * 1_000 } as const;
    const verified = { caller, session_id: sid, password_at };
    this.#verified.set(token, verified);
    return verified;
  }
}
