import { hash, randomBytes } from 'node:crypto';

/** A secret that nobody has to remember: 256 random bits in base64url (43 characters) after a prefix that tells what it is. */
export const randomSecret = (prefix: 'fek_' | 'fer_'): string =>
  prefix + randomBytes(32).toString('base64url');

/**
 * SHA-256 of a random secret in hex (1 µs; each request with an API key pays it). 256 random bits cannot be guessed from it, so no slow
 * hash is needed; passwords are another matter.
 */
export const hashSecretHex = (secret: string): string => hash('sha256', secret, 'hex');

/** The same as it is stored. */
export const hashSecret = (secret: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(hashSecretHex(secret), 'hex'));
