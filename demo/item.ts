/** JSON objects whose fields depend on what they belong to. */
export type Fields = Record<string, unknown>;

export type UserType = 'customer' | 'restaurant' | 'delivery' | 'admin';

/** One call of a service's method, as the platform's apps report it. */
export interface ActionBody {
  id: string;
  service_name: string;
  method_name: string;
  parameters: Fields;
  response_data: Fields | null;
  success: boolean;
  error_message: string | null;
  user_id: string;
  user_type: UserType;
  session_id: string;
  execution_time: number;
  platform: string;
  app_version: string;
  trace_id: string;
}

export interface EventBody {
  id: string;
  event_type: string;
  entity_type: string;
  entity_id: string;
  event_data: Fields;
  triggered_by: string;
}

export interface MetricBody {
  id: string;
  service_name: string;
  method_name: string;
  execution_time: number;
  success: boolean;
}

/** One thing to send. `at` is milliseconds since the simulated world began. */
export type Item = { at: number } & (
  | { kind: 'action'; body: ActionBody }
  | { kind: 'metric'; body: MetricBody }
  | {
      kind: 'event';
      body: EventBody;
      /** Why this event should not be there: real platforms have a few such, so the demo plants them. Never sent. */
      planted?: string;
    }
);

export type ItemKind = Item['kind'];
