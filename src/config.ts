import { existsSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const onOff = (fallback: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(fallback)
    .transform((value) => value === 'on');

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const count = (fallback: number, least = 1) => z.coerce.number().int().min(least).default(fallback);

/** An empty line in `.env` (`REDIS_URL=`) means «not set». */
const optionalText = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

/** Networks by CIDR; `on` is all there are, `off` none. */
const networks = z
  .string()
  .default('off')
  .transform((value) => {
    if (value === '' || value === 'off') return [];
    return value === 'on' ? ['0.0.0.0/0', '::/0'] : value.split(',').map((item) => item.trim());
  })
  .refine((items) => items.every((item) => ipaddr.isValidCIDR(item)), 'must be on, off or CIDR ranges');

const optionalUrl = (protocol: RegExp) => optionalText.pipe(z.url({ protocol }).optional());

/**
 * Every setting, its unit, default and bounds: the only reader of the environment. `.env.example` says the same in prose, and
 * a test holds the two together.
 */
export const settingsSchema = z.object({
  /** TCP port of the HTTP and WebSocket server. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  /** Address to listen on: all IPv4 addresses, so that a phone on the same network reaches a laptop. */
  HOST: z.string().default('0.0.0.0'),
  /** PostgreSQL 15 or later; without it a PostgreSQL of our own starts under DATA_DIR. */
  DATABASE_URL: optionalText,
  /** Where analytics may read instead (streaming replica). */
  DATABASE_REPLICA_URL: optionalText,
  /** Folder of the embedded database, its password and the signing secret. */
  DATA_DIR: z.string().default('.data'),
  /** Signs access tokens (HS256), ≥ 32 bytes. Made and kept in DATA_DIR when the database is embedded. */
  JWT_SECRET: optionalText,
  ADMIN_EMAIL: z.string().default('admin@foodieexpress.local'),
  /** The first admin's password; without it one is made up and printed once. */
  ADMIN_PASSWORD: optionalText,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RATE_LIMIT: onOff('on'),
  ANONYMOUS_INGEST: onOff('on'),
  /** Browser origins that may call the API and open the live feed, comma-separated. */
  CORS_ORIGINS: list,
  /** Shares the rate limits among replicas. */
  REDIS_URL: optionalText,
  /** Reserved for the spill-over of own-call logs. */
  SPOOL_DIR: optionalText,
  /** Proxies whose X-Forwarded-For is believed: addresses, CIDR ranges, or loopback, linklocal, uniquelocal. */
  TRUSTED_PROXIES: list,

  /** Issuer of the platform's own tokens: its JWKS address, `iss`, `aud`, and the claim that holds the role. */
  TOKEN_JWKS_URL: optionalText,
  TOKEN_ISSUER: optionalText,
  TOKEN_AUDIENCE: optionalText,
  TOKEN_ROLE_CLAIM: z.string().default('role'),

  /** Networks that are not public and that webhooks may go to all the same. */
  ALLOW_PRIVATE_TARGETS: networks,
  /** The server that takes our mail, as smtp://user:password@host:587 or smtps://…; without it there are no email channels. */
  SMTP_URL: optionalUrl(/^smtps?$/),
  SMTP_FROM: z.string().default('FoodieExpress Tracking <tracking@foodieexpress.local>'),
  /** Where people reach this service, for links in notices. */
  PUBLIC_URL: optionalUrl(/^https?$/),

  /** Requests a minute of one caller, by kind of caller. */
  RATE_ANONYMOUS: count(300),
  RATE_USER: count(1_200),
  RATE_SERVICE: count(12_000),
  /** Login attempts: from one address a minute, on one account a quarter of an hour. */
  RATE_LOGIN_ADDRESS: count(20),
  RATE_LOGIN_ACCOUNT: count(10),

  /** Largest body in bytes, counted inflated. */
  LIMIT_BODY: count(1_048_576),
  /** Largest single action, event or metric in bytes of JSON. */
  LIMIT_ITEM: count(32_768),
  /** Deepest nesting inside one field of an item. */
  LIMIT_DEPTH: count(32),
  /** Most items in one batch. */
  LIMIT_BATCH: count(500),
  /** How old an id's time may be, in days. */
  LIMIT_AGE_DAYS: count(7),
  /** How far ahead of our clock an id's time may be, in seconds. */
  LIMIT_AHEAD_SECONDS: count(300, 0),

  /** Statements in flight at once (2 to 4). */
  QUEUE_WRITERS: count(2).pipe(z.number().max(8)),
  /** Most rows that wait for a writer, and most bytes; beyond: 503. */
  QUEUE_ROWS: count(20_000),
  QUEUE_BYTES: count(33_554_432),
  /** Own-call rows kept in memory while the database is away. */
  QUEUE_OWN_CALLS: count(20_000),
  /** How long a request waits for its commit before it gets 503, in milliseconds. */
  QUEUE_DEADLINE: count(3_000),
});

export type Settings = z.output<typeof settingsSchema>;

/** Settings that are wrong stop the start with every line that is wrong, by name, and never with a value. */
export class SettingsError extends Error {}

/** Settings with what the start has found out: the database's address and the signing secret. */
export type Config = Omit<Settings, 'DATABASE_URL' | 'JWT_SECRET'> & {
  DATABASE_URL: string;
  JWT_SECRET: string;
};

/** The process's environment, with what a `.env` file in this folder adds to it: a variable that is set wins over the file. */
export function loadEnvironment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Reads settings from an environment. Throws {@link SettingsError}. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const result = settingsSchema.safeParse(environment);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsError(`These settings are not valid:\n${lines.join('\n')}`);
}
