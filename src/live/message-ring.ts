import type { LiveMessage } from './live-message.js';

export interface RingBounds {
  messages: number;
  /** UTF-16 units of all messages together. */
  length: number;
}

/**
 * The last messages in the order in which this replica learned of them, which is neither id order nor that of other replicas. Each has a
 * sequence number of its own here, and the ring knows the cursor that stood before its oldest message: what a client has not been sent is
 * in the ring, or was sent by that cursor.
 */
export class MessageRing {
  readonly #bounds: RingBounds;
  readonly #slots: (LiveMessage | undefined)[];
  #before: string | LiveMessage;
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
    return typeof this.#before === 'string' ? this.#before : this.#before.cursor;
  }

  /** The cursor of the newest message, or {@link before} without any. */
  get newest(): string {
    return this.at(this.#next - 1)?.cursor ?? this.before;
  }

  /** Says what was sent before the first message. For a ring that has none yet. */
  startAt(cursor: string): void {
    this.#before = cursor;
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

  #evict(): void {
    const slot = this.#first % this.#bounds.messages;
    const oldest = this.#slots[slot];
    this.#slots[slot] = undefined;
    this.#first += 1;
    this.#before = oldest ?? this.#before;
    this.#length -= oldest?.length ?? 0;
  }
}
