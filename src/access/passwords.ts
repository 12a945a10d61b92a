import { randomBytes } from 'node:crypto';
import * as nodeArgon2 from '@node-rs/argon2';
import { BoundedConcurrency } from './bounded-concurrency.js';

/** argon2id with OWASP's parameters (Password Storage Cheat Sheet): 19 MiB, two passes, one lane; 15 ms here. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Two of libuv's four threads: the rest stays free for files and DNS, and memory for hashing stays at 38 MiB. */
const AT_ONCE = 2;
/** 64 wait at most about 0.5 s. */
const WAITING = 64;

/** The two calls of @node-rs/argon2 that are used. */
export interface Argon2 {
  hash(password: string, options: typeof parameters): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

/** What counts attempts. Both run while the attempt has its turn (two at a time), so that a burst cannot slip in between look and count. */
export interface Attempt {
  /** May throw to refuse. */
  before(): Promise<void>;
  failed(): Promise<void>;
}

/** NFKC, so that a password typed on a phone and on a keyboard is the same (NIST SP 800-63B, 3.1.1.2). */
const normalise = (password: string): string => password.normalize('NFKC');

/** The PHC string of a password. */
export const hashPassword = (password: string, argon2: Argon2 = nodeArgon2): Promise<string> =>
  argon2.hash(normalise(password), parameters);

/** Hashes and compares, two at a time. Both reject with a 429 Problem when 64 wait already. */
export class Passwords {
  readonly #argon2: Argon2;
  readonly #gate = new BoundedConcurrency({ running: AT_ONCE, waiting: WAITING });
  readonly #nobodysHash: string;

  private constructor(argon2: Argon2, nobodysHash: string) {
    this.#argon2 = argon2;
    this.#nobodysHash = nobodysHash;
  }

  static async create(argon2: Argon2 = nodeArgon2): Promise<Passwords> {
    return new Passwords(argon2, await hashPassword(randomBytes(16).toString('hex'), argon2));
  }

  hash(password: string): Promise<string> {
    return this.#gate.run(() => hashPassword(password, this.#argon2));
  }

  /**
   * Whether the password fits. Without a hash (no such account) it compares all the same, with the hash of a password that nobody knows,
   * and says no: the time does not tell which accounts exist.
   */
  async verify(hash: string | undefined, password: string, attempt?: Attempt): Promise<boolean> {
    return this.#gate.run(async () => {
      await attempt?.before();
      const fits = await this.#argon2.verify(hash ?? this.#nobodysHash, normalise(password));
      if (fits && hash !== undefined) return true;
      await attempt?.failed();
      return false;
    });
  }
}
