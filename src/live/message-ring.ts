import type { LiveMessage } from './live-message.js';

export interface RingBounds {
  messages: number;
  /** UTF-16 units of all messages together. */
  length: number;
}

/**
 * The last messages in commit order, which is not id order: a client may send an id that is days old. Each has a sequence number, and the
 * ring knows the cursor that stood before its oldest message. So a cursor is either found, and then nothing is missing after it, or it is
 * not, and then what is missing ends exactly at `before`.
 */
export class MessageRing {
  readonly #bounds: RingBounds;
  readonly #slots: (LiveMessage | undefined)[];
  #before: string;
  #first = 0;
  #next = 0;
  #length = 0;

  /** `start` is the cursor of a feed that has sent nothing yet. */
  constructor(bounds: RingBounds, start: string) {
    this.#bounds = bounds;
    this.#slots = Array<LiveMessage | undefined>(bounds.messages).fill(undefined);
    this.#before = start;
  }

  /** Sequence number of the oldest message; equals {@link next} while there is none. */
  get first(): number {
    return this.#first;
  }

  /** Sequence number that the next message will have. */
  get next(): number {
    return this.#next;
  }

  /** The cursor of the last message that is no longer here. */
  get before(): string {
    return this.#before;
  }

  /** The cursor of the newest message, or {@link before} without any. */
  get newest(): string {
    return this.at(this.#next - 1)?.cursor ?? this.#before;
  }

  at(sequence: number): LiveMessage | undefined {
    if (sequence < this.#first || sequence >= this.#next) return undefined;
    return this.#slots[sequence % this.#bounds.messages];
  }

  push(message: LiveMessage): void {
    if (this.#next - this.#first === this.#bounds.messages) this.#evict();
    this.#slots[this.#next % this.#bounds.messages] = message;
    this.#next += 1;
    this.#length += message.length;
    while (this.#length > this.#bounds.length && this.#next - this.#first > 1) this.#evict();
  }

  /**
   * The sequence number of what follows a cursor; undefined when the cursor is not here. An action and an event may share an id: then it
   * is the first of the two that counts, so that a message may come twice but none is left out.
   */
  following(cursor: string): number | undefined {
    if (cursor === this.#before) return this.#first;
    for (let sequence = this.#first; sequence < this.#next; sequence += 1) {
      if (this.at(sequence)?.cursor === cursor) return sequence + 1;
    }
    return undefined;
  }

  #evict(): void {
    const slot = this.#first % this.#bounds.messages;
    const oldest = this.#slots[slot];
    this.#slots[slot] = undefined;
    this.#first += 1;
    this.#before = oldest?.cursor ?? this.#before;
    this.#length -= oldest?.length ?? 0;
  }
}
