import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** Seals and opens the secrets of channels. */
export interface Seal {
  /** Bytes to store. `owner` is the channel's id: what is copied to another channel cannot be opened there. */
  seal(owner: string, value: object): Uint8Array<ArrayBuffer>;
  /** Throws where the bytes were changed, are another channel's, or were sealed with another JWT_SECRET. */
  open(owner: string, sealed: Uint8Array): unknown;
}

/**
 * AES-256-GCM with random nonces (NIST SP 800-38D: safe for 2^32 of them under one key) under a key of its own, derived from JWT_SECRET by HKDF-SHA-256
 * (RFC 5869), so that a copy of the database alone signs nothing. Layout: version, nonce, tag, ciphertext.
 */
export function sealWith(jwtSecret: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', jwtSecret, '', 'foodieexpress-tracking channel secrets 1', 32));
  return {
    seal(owner, value) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Uint8Array.from(Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), text]));
    },
    open(owner, sealed) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION) throw new Error('sealed in a form that is not known');
      const nonce = bytes.subarray(1, 1 + NONCE);
      const tag = bytes.subarray(1 + NONCE, 1 + NONCE + TAG);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
      const text = Buffer.concat([decipher.update(bytes.subarray(1 + NONCE + TAG)), decipher.final()]);
      return JSON.parse(text.toString('utf8'));
    },
  };
}
