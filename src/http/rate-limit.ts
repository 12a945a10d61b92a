import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Redis } from 'ioredis';
import { createAddressKey } from './rate-limit-address.js';
import { type RateCounter, RateLimiter, type RatePolicy } from './rate-limiter.js';

/** The limits of this service; what each one's key is stands beside it. */
export interface RateLimiters {
  /** Callers without a credential, by address. */
  anonymous: RateLimiter;
  /** By user id. */
  user: RateLimiter;
  /** By API key. */
  service: RateLimiter;
  /** Credentials that were refused, by address: apart from `anonymous`, so that phones behind one address cannot lock a service out. */
  refused: RateLimiter;
  /** Login attempts, by address. */
  login: RateLimiter;
  /** Failed logins, by e-mail address, known or not. */
  loginAccount: RateLimiter;
}

declare module 'fastify' {
  interface FastifyInstance {
    rateLimiters: RateLimiters;
    /** Whom this request's address stands for: an IPv4 address, or an IPv6 /64. */
    addressKey: (request: FastifyRequest) => string;
  }
  interface FastifyRequest {
    rateLimitKey: string;
  }
}

/** Keys a limit remembers in memory: 20,000 of ≤ 100 bytes each are 4 MB; the library's 5,000 are soon rotated through from IPv6. */
const KEYS = 20_000;

/** Longest wait for Redis in a request (ms), and how long it is left alone after it failed: counting goes on in memory. */
const REDIS_TIMEOUT = 200;
const REDIS_PAUSE = 5_000;

/** Fixed windows, counted by @fastify/rate-limit in memory, or in Redis so that replicas share them. 1.5 µs a request in memory. */
export const rateLimitPlugin = fp(
  async (app) => {
    const { config } = app;
    app.decorate('addressKey', createAddressKey());
    app.decorateRequest('rateLimitKey', '');
    const makeCounter = config.RATE_LIMIT ? await createCounters(app) : () => undefined;
    const limiter = (name: string, quota: number, window = 60) => {
      const policy = { name, quota, window };
      return new RateLimiter(policy, makeCounter(policy));
    };
    app.decorate('rateLimiters', {
      anonymous: limiter('anonymous', config.RATE_ANONYMOUS),
      user: limiter('user', config.RATE_USER),
      service: limiter('service', config.RATE_SERVICE),
      refused: limiter('refused', config.RATE_ANONYMOUS),
      login: limiter('login', config.RATE_LOGIN_ADDRESS),
      loginAccount: limiter('login-account', config.RATE_LOGIN_ACCOUNT, 900),
    });
  },
  { name: 'rate-limit', dependencies: ['client-address'] },
);

async function createCounters(app: FastifyInstance): Promise<(policy: RatePolicy) => RateCounter> {
  const local = await counterFactory(app);
  const { REDIS_URL } = app.config;
  if (REDIS_URL === undefined) return local;

  const redis = new Redis(REDIS_URL, {
    connectTimeout: 2_000,
    commandTimeout: REDIS_TIMEOUT,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 250, REDIS_PAUSE),
  });
  // Each attempt to reconnect fails anew: one line when it goes, one when it is back.
  let away = false;
  redis.on('error', (error) => {
    if (!away) app.log.warn({ err: error }, 'Redis does not answer: rates are counted in memory');
    away = true;
  });
  redis.on('ready', () => {
    if (away) app.log.info('Redis is back: rates are shared again');
    away = false;
  });
  app.addHook('onClose', () => redis.disconnect());
  const shared = await counterFactory(app, redis);

  let pausedUntil = 0;
  return (policy) => {
    const inMemory = local(policy);
    const inRedis = shared(policy);
    return async (request, key, increment) => {
      if (redis.status !== 'ready' || app.clock() < pausedUntil) return inMemory(request, key, increment);
      try {
        return await inRedis(request, key, increment);
      } catch (error) {
        pausedUntil = app.clock() + REDIS_PAUSE;
        app.log.warn({ err: error }, 'Redis failed: rates are counted in memory for 5 s');
        return inMemory(request, key, increment);
      }
    };
  };
}

/** The library has one store a registration, and registers once a scope: so each store gets a scope of its own. */
async function counterFactory(
  app: FastifyInstance,
  redis?: Redis,
): Promise<(policy: RatePolicy) => RateCounter> {
  let factory: ((policy: RatePolicy) => RateCounter) | undefined;
  const register: FastifyPluginAsync = async (scope) => {
    await scope.register(rateLimit, {
      global: false,
      ...(redis ? { redis, nameSpace: 'foodieexpress-rate-' } : {}),
    });
    factory = ({ quota, window }) => {
      const options = {
        max: quota,
        timeWindow: window * 1_000,
        cache: KEYS,
        keyGenerator: (request: FastifyRequest) => request.rateLimitKey,
      };
      const count = scope.createRateLimit(options);
      return async (request, key, increment) => {
        // The library reads the key before its first await, so two counters of one request cannot mix theirs up.
        request.rateLimitKey = key;
        const state = await count(request, increment ? undefined : { increment });
        if (state.isAllowed)
          throw new Error('no allow-list is set, yet the limiter let a request through by it');
        return state;
      };
    };
  };
  await app.register(register);
  if (!factory) throw new Error('@fastify/rate-limit did not register');
  return factory;
}
