/** To at most three digits that mean something: 0.42, 17.3, 1,234. */
export function round(value: number): number {
  if (value === 0 || Math.abs(value) >= 100) return Math.round(value);
  const digits = Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits));
}

export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** «1 row», «2 rows». */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`;

/** 12 s, 3 min, 5 h, 2 days. */
export function span(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** In the units of df -H: 24.1 GB. */
export function bytes(value: number): string {
  if (value < 1e6) return `${round(value / 1e3)} kB`;
  if (value < 1e9) return `${round(value / 1e6)} MB`;
  if (value < 1e12) return `${round(value / 1e9)} GB`;
  return `${round(value / 1e12)} TB`;
}

export const isoTime = (unixMs: number): string => new Date(unixMs).toISOString();
