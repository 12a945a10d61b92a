import type { Group } from '../engine/group.js';

/** `420 ms`, `2.4 s`, `12 min`, `3.5 h`: three digits say enough. */
export function timeInWords(ms: number): string {
  if (ms < 1_000) return `${round(ms)} ms`;
  if (ms < 120_000) return `${round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${round(ms / 60_000)} min`;
  return `${round(ms / 3_600_000)} h`;
}

/** Three significant digits; whole where large. */
export const round = (value: number): string =>
  Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** `1 call`, `20 calls`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const overMinutes = (minutes: number): string =>
  minutes === 1 ? 'in a minute' : `in ${minutes} minutes`;

/** What a group is called: `paymentService.capture`, `paymentService`, `the platform`. */
export function groupName({ service_name, method_name, ...others }: Group): string {
  const rest = Object.values(others);
  if (service_name !== undefined)
    return method_name === undefined ? service_name : `${service_name}.${method_name}`;
  if (method_name !== undefined) return method_name;
  return rest.length > 0 ? rest.join(' ') : 'the platform';
}
