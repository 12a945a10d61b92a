import type { Item, ItemKind } from '../item.js';

/** What became of what was sent. */
export class Tally {
  /** Sent and answered, by kind. */
  readonly sent: Record<ItemKind, number> = { action: 0, event: 0, metric: 0 };
  duplicate = 0;
  rejected = 0;
  /** The first few, in words. */
  readonly reasons: string[] = [];
  /** How often we were told to wait, or found nobody. */
  waits = 0;
  lastWait = '';
  readonly #events = new Map<string, number>();
  readonly #customers = new Map<string, number>();
  lastOrder: string | undefined;

  count(item: Item): void {
    this.sent[item.kind]++;
    if (item.kind === 'event') {
      const { event_type, entity_id } = item.body;
      this.#events.set(event_type, this.events(event_type) + 1);
      if (event_type === 'order_delivered') this.lastOrder = entity_id;
    } else if (item.kind === 'action' && item.body.user_type === 'customer') {
      const { user_id } = item.body;
      this.#customers.set(user_id, (this.#customers.get(user_id) ?? 0) + 1);
    }
  }

  reject(item: Item, reason: string): void {
    this.rejected++;
    if (this.reasons.length < 5) this.reasons.push(`${item.kind} ${item.body.id}: ${reason}`);
  }

  wait(reason: string): void {
    this.waits++;
    this.lastWait = reason;
  }

  events(type: string): number {
    return this.#events.get(type) ?? 0;
  }

  busiestCustomer(): string | undefined {
    return [...this.#customers].sort((a, b) => b[1] - a[1])[0]?.[0];
  }
}
