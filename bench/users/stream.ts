import type { Random } from '../../demo/random.js';
import type { WatchedAction, WatchedEvent, WatchedRow } from '../../src/alerts/users/watched-row.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const noData = {
  customer_id: null,
  courier_id: null,
  latitude: null,
  longitude: null,
  accuracy: null,
  amount: null,
};

/** Who acts, where and with what. */
export interface Acting {
  user_id: string;
  user_type: string | null;
  session_id: string | null;
  ip_address: string | null;
  platform: string | null;
  identity: string;
  /** ms by which all of it arrives late: an app that was offline. */
  late?: number;
}

/**
 * Rows in the order in which they arrive: up to 3 s after their time, those of an app that was offline much later. Holds the hour that is being made, and what
 * reaches beyond it.
 */
export class Stream {
  readonly #random: Random;
  readonly #minutes = new Map<number, { arrives: number; row: WatchedRow }[]>();
  #next = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  action(
    who: Acting,
    at: number,
    method: string,
    more: { target?: string | undefined; coupon?: string; success?: boolean } = {},
  ): void {
    const [service_name = '', method_name = ''] = method.split('.');
    const row: WatchedAction = {
      kind: 'action',
      id: this.#id(),
      at,
      user_id: who.user_id,
      user_type: who.user_type,
      action_type: method_name,
      service_name,
      method_name,
      success: more.success ?? true,
      session_id: who.session_id,
      ip_address: who.ip_address,
      platform: who.platform,
      app_version: '4.2.0',
      identity: who.identity,
      target: more.target ?? null,
      coupon: more.coupon ?? null,
    };
    this.#add(row, who.late ?? 0);
  }

  event(
    at: number,
    event_type: string,
    entity: string,
    by: string,
    data: Partial<WatchedEvent['data']> = {},
  ): void {
    this.#add(
      {
        kind: 'event',
        id: this.#id(),
        at,
        event_type,
        entity_type: event_type.startsWith('user') ? 'user' : 'order',
        entity_id: entity,
        order_id: event_type.startsWith('user') ? null : entity,
        triggered_by: by,
        ip_address: null,
        identity: 'service',
        data: { ...noData, ...data },
      },
      0,
    );
  }

  /** Takes all that arrived before a time. */
  *until(time: number): Generator<WatchedRow> {
    const due = [...this.#minutes.keys()].filter((minute) => minute * MINUTE < time).sort((a, b) => a - b);
    for (const minute of due) {
      const rows = this.#minutes.get(minute) ?? [];
      this.#minutes.delete(minute);
      rows.sort((a, b) => a.arrives - b.arrives);
      for (const { row } of rows) yield row;
    }
  }

  #add(row: WatchedRow, late: number): void {
    const arrives = row.at + late + this.#random.between(0, 3 * SECOND);
    const minute = Math.floor(arrives / MINUTE);
    const rows = this.#minutes.get(minute);
    if (rows === undefined) this.#minutes.set(minute, [{ arrives, row }]);
    else rows.push({ arrives, row });
  }

  #id(): string {
    this.#next += 1;
    return `00000000-0000-7000-8000-${this.#next.toString(16).padStart(12, '0')}`;
  }
}
