import type { AlertView, Notice, Severity } from '../../contract/alert.js';
import { groupName, round } from '../evaluate/plain-words.js';

export type NoticeMark = Severity | 'resolved' | 'test';

/** What a notice is marked with: its severity while it fires. */
export function noticeMark({ type, data }: Notice): NoticeMark {
  if (type === 'channel.test') return 'test';
  return type === 'alert.resolved' ? 'resolved' : data.severity;
}

/** `[critical] Payment failures above 20 % · paymentService`: what it is, and about whom, in one line without control characters. */
export function subject(notice: Notice): string {
  const { rule_name, group } = notice.data;
  return oneLine(`[${noticeMark(notice)}] ${rule_name} · ${groupName(group)}`);
}

/** Long enough for any subject; mail servers refuse lines over 998 bytes, and people do not read them. */
const LONGEST = 200;

const oneLine = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `12 minutes`, `1 hour 5 minutes`, `2 days`: the two largest units. */
export function durationInWords(ms: number): string {
  // Rounded first, so that 59.9 minutes are an hour.
  let left = Math.round(ms / 60_000) * 60_000;
  if (left < 60_000) return 'less than a minute';
  const words: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) words.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return words.slice(0, 2).join(' ');
}

/** `26 Nov 2026, 03:12 UTC`. */
export function timeInUtc(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return `${day}, ${clockTime(iso)} UTC`;
}

/** `03:12`, UTC. */
export const clockTime = (iso: string): string => iso.slice(11, 16);

/** `27.4 %`, `1,240 ms`, `0.93`. */
export const withUnit = (value: number, unit: string): string =>
  unit === '' ? round(value) : `${round(value)} ${unit}`;

/** What there is to know, as pairs of a name and its text, in the order of interest. */
export function facts({ type, data, timestamp }: Notice): [name: string, text: string][] {
  const list: [string, string][] = [];
  for (const [label, value] of Object.entries(data.group)) list.push([labelName(label), value]);
  if (data.value !== null)
    list.push([type === 'alert.resolved' ? 'Last value' : 'Value', withUnit(data.value, data.unit)]);
  if (data.threshold !== null) list.push(['Limit', withUnit(data.threshold, data.unit)]);
  list.push(['Since', timeInUtc(data.started_at)]);
  if (data.resolved_at !== null) {
    list.push(['Resolved', timeInUtc(data.resolved_at)]);
    list.push(['Lasted', lasted(data, data.resolved_at)]);
  } else {
    const ms = Date.parse(timestamp) - Date.parse(data.started_at);
    if (ms >= 60_000) list.push(['For', durationInWords(ms)]);
  }
  if (data.acknowledged_by !== null) list.push(['Acknowledged by', data.acknowledged_by]);
  return list;
}

const lasted = ({ started_at }: AlertView, end: string): string =>
  durationInWords(Date.parse(end) - Date.parse(started_at));

/** `service_name` → `Service`, `order_id` → `Order`, `user_type` → `User type`. */
const labelName = (label: string): string => {
  const words = label.replace(/_(?:name|id)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The sentence of a notice: what is wrong, or that it no longer is. */
export function sentence({ type, data }: Notice): string {
  if (type !== 'alert.resolved') return data.summary;
  const after = data.resolved_at === null ? '' : `, after ${lasted(data, data.resolved_at)}`;
  return `It is over${after}. It was: ${data.summary}`;
}

/** Where people see the alert; undefined where PUBLIC_URL is not set, or there is no such alert. */
export function alertLink({ type, data }: Notice, publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined || type === 'channel.test') return undefined;
  return `${publicUrl.replace(/\/+$/, '')}/#/alerts/${data.id}`;
}

/** A runbook's address, where it is one that a click may open. */
export function runbookLink({ runbook_url }: AlertView): string | undefined {
  if (runbook_url === null || !URL.canParse(runbook_url)) return undefined;
  return /^https?:$/.test(new URL(runbook_url).protocol) ? runbook_url : undefined;
}
