import type { CommitEntry, Queryable } from '../store/commits.js';
import { actionFields, eventFields, type Field } from '../store/row-fields.js';
import type { LiveContent, MessageFields } from './live-message.js';

type Row = readonly (string | null)[];

/** How one kind of row becomes a message. */
interface Source {
  type: 'action' | 'event';
  statement: { name: string; text: string };
  write(row: Row): string;
  fields(row: Row): MessageFields;
}

const sourceOf = (type: 'action' | 'event', table: string, fields: readonly Field[]): Source => {
  const place = (name: string) => fields.findIndex((field) => field.name === name);
  const success = place('success');
  const places = (
    [
      ['service_name', 'service_name'],
      ['method_name', 'method_name'],
      ['user_type', 'user_type'],
      ['event_type', 'event_type'],
      ['entity_id', 'entity_id'],
      ['order_id', 'order_id'],
      // Whoever triggered an event is its user.
      ['user_id', type === 'event' ? 'triggered_by' : 'user_id'],
    ] as const
  ).filter(([, column]) => place(column) !== -1);
  return {
    type,
    statement: {
      name: `live ${table}`,
      // Bounds beside the ids, so that only their days are looked at: planning an index scan for each of 100 partitions takes 20 ms.
      text: `
        SELECT ${fields.map(({ text }) => text).join(', ')}
        FROM ${table}
        WHERE id = ANY ($1::uuid[]) AND id >= $2::uuid AND id <= $3::uuid`,
    },
    write: jsonOf(fields),
    fields(row) {
      const read: Record<string, unknown> = {};
      for (const [name, column] of places) read[name] = row[place(column)];
      if (success !== -1) read.success = row[success] === 'true';
      return read;
    },
  };
};

/** Writes a row as the feed has it: JSON as its text, digit by digit, and what the row does not have is left out. */
function jsonOf(fields: readonly Field[]): Source['write'] {
  const keys = fields.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let text = '';
    for (const [index, key] of keys.entries()) {
      const value = row[index];
      if (value !== null && value !== undefined)
        text += key + (fields[index]?.isJson ? value : JSON.stringify(value));
    }
    return `${text}}`;
  };
}

const actions = sourceOf('action', 'action_logs', actionFields);
const events = sourceOf('event', 'business_events', eventFields);

/**
 * The messages of commits that this replica did not make itself: rows by their ids, one statement a table, and ready messages. A row that is gone
 * since leaves its place empty.
 */
export async function readContents(
  from: Queryable,
  entries: readonly CommitEntry[],
): Promise<Map<number, LiveContent[]>> {
  const actionRows = await readRows(
    from,
    actions,
    entries.flatMap((entry) => entry.actions),
  );
  const eventRows = await readRows(
    from,
    events,
    entries.flatMap((entry) => entry.events),
  );
  return new Map(
    entries.map((entry) => {
      const rows = [
        ...entry.actions.map((id) => contentOf(actions, actionRows.get(id))),
        ...entry.events.map((id) => contentOf(events, eventRows.get(id))),
        ...entry.messages.map(({ type, data }) => ({ type, json: JSON.stringify(data), fields: () => data })),
      ];
      return [entry.seq, rows.flatMap((content, index) => (content ? [{ ...content, index }] : []))];
    }),
  );
}

const contentOf = ({ type, write, fields }: Source, row: Row | undefined) =>
  row && { type, json: write(row), fields: () => fields(row) };

async function readRows(from: Queryable, { statement }: Source, ids: string[]): Promise<Map<string, Row>> {
  if (ids.length === 0) return new Map();
  let [low, high] = [ids[0] as string, ids[0] as string];
  for (const id of ids) {
    if (id < low) low = id;
    if (id > high) high = id;
  }
  const { rows } = await from.query<(string | null)[]>({
    ...statement,
    values: [ids, low, high],
    rowMode: 'array',
  });
  return new Map(rows.map((row) => [row[0] as string, row]));
}
