import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody has to remember: 256 random bits in base64url (43 characters) after a prefix that tells what it is. */
export const randomSecret = (prefix: 'fek_' | 'fer_'): string =>
  prefix + randomBytes(32).toString('base64url');

/**
 * What is stored of a random secret. 256 random bits cannot be guessed from their SHA-256, so no slow hash is needed; passwords are another matter.
 */
export const hashSecret = (secret: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createHash('sha256').update(secret).digest());
