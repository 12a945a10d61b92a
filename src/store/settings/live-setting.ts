import type pg from 'pg';
import { getSetting } from './get-setting.js';
import type { Setting } from './setting.js';

/** How often a replica looks whether another one changed it, in ms: a change holds everywhere within 5 s. */
const LOOK_EVERY = 3_000;

export interface LiveSettingOptions<Value> {
  pool: pg.Pool;
  setting: Setting<Value>;
  log: { warn(fields: object, message: string): void };
}

/**
 * A part of the settings as the hot path needs it: in memory, at once. It is `initial` until it was read the first time, then at most 3 s behind
 * the database; without one, or where the value cannot be read, it stays what it was.
 */
export class LiveSetting<Value> {
  readonly #options: LiveSettingOptions<Value>;
  readonly #timer: NodeJS.Timeout;
  #value: Value;
  #version = -1;
  #looking: Promise<void> | undefined;
  /** Said once, not every 3 s. */
  #failed = false;

  constructor(options: LiveSettingOptions<Value>) {
    this.#options = options;
    this.#value = options.setting.initial;
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY).unref();
  }

  get value(): Value {
    return this.#value;
  }

  /** Reads it now; never rejects. To be called once before the first request, and by who has just changed it. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Waits for the look under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { pool, setting, log } = this.#options;
    try {
      const { value, version } = await getSetting(pool, setting);
      // The same object as long as nothing changed, so that who compiles something of it can tell.
      if (version !== this.#version) this.#value = value;
      this.#version = version;
      this.#failed = false;
    } catch (error) {
      if (!this.#failed)
        log.warn({ err: error, setting: setting.key }, 'a setting could not be read; it stays');
      this.#failed = true;
    }
  }
}
