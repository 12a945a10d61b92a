/** One field of a row as the wire has it. */
export interface Field {
  name: string;
  /** SQL over the table's columns that gives the value as text: a constant of ours. */
  text: string;
  /** The text is JSON as it stands: a number, a boolean, a tree. Else it is a string. */
  isJson: boolean;
}

export const string = (name: string): Field => ({ name, text: `${name}::text`, isJson: false });
/** A column whose text is JSON already, digit by digit: numbers, booleans and JSON itself. */
export const json = (name: string): Field => ({ name, text: `${name}::text`, isJson: true });
/** A time, as every time in an answer is written: ISO 8601, UTC, milliseconds. */
const time = (name: string): Field => ({
  name,
  text: `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  isJson: false,
});
/** An address, without the /32 of a host. */
const address = (name: string): Field => ({ name, text: `host(${name})`, isJson: false });

/** All fields of an action, for `action_logs`. */
export const actionFields: readonly Field[] = [
  string('id'),
  string('user_id'),
  string('user_type'),
  string('action_type'),
  string('service_name'),
  string('method_name'),
  json('parameters'),
  json('response_data'),
  string('session_id'),
  json('success'),
  string('error_message'),
  json('execution_time'),
  string('platform'),
  string('app_version'),
  string('trace_id'),
  time('timestamp'),
  time('received_at'),
  address('ip_address'),
  string('identity'),
];

/** All fields of an event, for `business_events`. */
export const eventFields: readonly Field[] = [
  string('id'),
  string('event_type'),
  string('entity_type'),
  string('entity_id'),
  string('order_id'),
  json('event_data'),
  string('triggered_by'),
  time('timestamp'),
  time('received_at'),
  address('ip_address'),
  string('identity'),
];
