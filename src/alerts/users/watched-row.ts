/** What is watched of an action: its columns, and of its parameters what it was about. */
export interface WatchedAction {
  kind: 'action';
  id: string;
  /** Unix ms: the id's time. */
  at: number;
  user_id: string;
  user_type: string | null;
  action_type: string;
  service_name: string;
  method_name: string;
  success: boolean;
  session_id: string | null;
  ip_address: string | null;
  platform: string | null;
  app_version: string | null;
  /** token, service or anonymous: how `user_id` is known. */
  identity: string;
  /** The restaurant, dish, order or person that its parameters name; null where they name none. */
  target: string | null;
  /** The coupon that its parameters name. */
  coupon: string | null;
}

/** What is watched of a business event: its columns, and the few fields of its data that detectors read. */
export interface WatchedEvent {
  kind: 'event';
  id: string;
  /** Unix ms: the id's time. */
  at: number;
  event_type: string;
  entity_type: string;
  entity_id: string;
  order_id: string | null;
  triggered_by: string;
  ip_address: string | null;
  identity: string;
  data: WatchedEventData;
}

export interface WatchedEventData {
  customer_id: string | null;
  courier_id: string | null;
  /** Degrees (WGS 84). */
  latitude: number | null;
  longitude: number | null;
  /** Metres. */
  accuracy: number | null;
  /** In the currency's main unit. */
  amount: number | null;
}

export type WatchedRow = WatchedAction | WatchedEvent;

/** Whoever has no account: many people under one name. */
export const ANONYMOUS = 'anonymous';

/**
 * A program with a key that acts for nobody in particular, such as a menu import. A service that says of which type the user is, speaks for a person.
 */
export const isMachine = ({ identity, user_type }: WatchedAction): boolean =>
  identity === 'service' && user_type === null;

/** The address of a row that a service sent is the service's own, and says nothing of the person. */
export const ownAddress = ({
  identity,
  ip_address,
}: Pick<WatchedRow, 'identity' | 'ip_address'>): string | null =>
  identity === 'service' ? null : ip_address;
