import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Config, SettingsError } from '../config.js';
import { type Role, roleSchema } from '../contract/common.js';
import { ISSUER } from './access-tokens.js';
import type { Caller } from './caller.js';
import { badCredential, forbidden, issuerUnavailable } from './refusals.js';

/** Signatures that only the holder of a private key can make: a shared secret never verifies a platform token. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

/** A checked token is believed for a minute (RS256 costs 170 µs), so a key that the issuer withdraws ends within that and the 10 below. */
const REMEMBER = 60_000;
const REMEMBERED = 5_000;

/** Key set: longest fetch, age at which it is fetched anew, least time between fetches for unknown key ids, pause after a failure; in ms. */
const FETCH_TIMEOUT = 2_000;
const KEYS_MAX_AGE = 600_000;
const KEYS_COOLDOWN = 30_000;
const FAILURE_PAUSE = 5_000;

/** The user_id column's limit on the wire. */
const LONGEST_SUBJECT = 255;

type Person = Caller & { kind: 'person' };

/** Failures of the token itself; everything else that jose throws is a failure to get the keys. */
const tokenFaults = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** Checks tokens of the platform's own issuer by its published keys (RFC 7517). */
export class PlatformTokens {
  readonly issuer: string;
  readonly #audience: string;
  readonly #roleClaim: string;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #clock: () => number;
  readonly #verified: LRUCache<string, Person>;
  #pausedUntil = 0;

  private constructor(
    settings: { url: URL; issuer: string; audience: string; roleClaim: string },
    clock: () => number,
  ) {
    this.issuer = settings.issuer;
    this.#audience = settings.audience;
    this.#roleClaim = settings.roleClaim;
    this.#clock = clock;
    this.#keys = createRemoteJWKSet(settings.url, {
      timeoutDuration: FETCH_TIMEOUT,
      cacheMaxAge: KEYS_MAX_AGE,
      cooldownDuration: KEYS_COOLDOWN,
    });
    this.#verified = new LRUCache({ max: REMEMBERED, ttl: REMEMBER, ttlResolution: 0, perf: { now: clock } });
  }

  /** Undefined without TOKEN_JWKS_URL. Throws {@link SettingsError} when a setting beside it is missing or would mix the issuers up. */
  static fromConfig(config: Config, clock: () => number): PlatformTokens | undefined {
    const {
      TOKEN_JWKS_URL,
      TOKEN_ISSUER: issuer,
      TOKEN_AUDIENCE: audience,
      TOKEN_ROLE_CLAIM: roleClaim,
    } = config;
    if (TOKEN_JWKS_URL === undefined) return undefined;
    if (issuer === undefined || audience === undefined) {
      throw new SettingsError('TOKEN_JWKS_URL needs TOKEN_ISSUER and TOKEN_AUDIENCE beside it.');
    }
    if (issuer === ISSUER) throw new SettingsError(`TOKEN_ISSUER cannot be ${ISSUER}: that is this service.`);
    if (!URL.canParse(TOKEN_JWKS_URL)) throw new SettingsError('TOKEN_JWKS_URL is not a URL.');
    return new PlatformTokens({ url: new URL(TOKEN_JWKS_URL), issuer, audience, roleClaim }, clock);
  }

  /** A token that was checked within the last minute and still lives. */
  known(token: string): Person | undefined {
    const caller = this.#verified.get(token);
    return caller && caller.expires_at > this.#clock() ? caller : undefined;
  }

  /**
   * Rejects with 401 for a bad token, 403 for a good one whose role claim is none of our roles (signing in again would not help), 503 when the keys
   * cannot be had.
   */
  async verify(token: string): Promise<Person> {
    if (this.#clock() < this.#pausedUntil) throw this.#unavailable(undefined);
    let payload: JWTPayload;
    try {
      const options = {
        algorithms,
        issuer: this.issuer,
        audience: this.#audience,
        requiredClaims: ['sub', 'exp'],
      };
      ({ payload } = await jwtVerify(token, this.#keys, {
        ...options,
        currentDate: new Date(this.#clock()),
      }));
    } catch (error) {
      if (tokenFaults.some((Fault) => error instanceof Fault)) throw badCredential(error);
      this.#pausedUntil = this.#clock() + FAILURE_PAUSE;
      throw this.#unavailable(error);
    }
    const { sub = '', exp = 0 } = payload;
    // U+0000 cannot be stored as a user_id; nobody's subject has it.
    if (sub === '' || sub.length > LONGEST_SUBJECT || sub.includes('\0')) throw badCredential();
    const role = roleOf(payload[this.#roleClaim]);
    if (!role) throw forbidden(`The token's claim «${this.#roleClaim}» names no role of this service.`);
    const caller: Person = {
      kind: 'person',
      user_id: sub,
      role,
      issuer: 'platform',
      expires_at: exp * 1_000,
    };
    this.#verified.set(token, caller);
    return caller;
  }

  #unavailable(cause: unknown) {
    return issuerUnavailable(Math.ceil(FAILURE_PAUSE / 1_000), cause);
  }
}

/** A role, or a list that holds exactly one of ours: of two, the issuer has not said which counts. */
function roleOf(claim: unknown): Role | undefined {
  const named = (Array.isArray(claim) ? claim : [claim]).flatMap(
    (value) => roleSchema.safeParse(value).data ?? [],
  );
  return named.length === 1 ? named[0] : undefined;
}
