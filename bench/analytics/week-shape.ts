/** How busy each hour of a day is, UTC: lunch at 9 to 11, dinner at 16 to 19 (Istanbul's noon and evening), hardly anybody at 2. */
const hours = [4, 2, 1, 1, 2, 4, 7, 11, 20, 26, 24, 16, 11, 10, 13, 20, 30, 36, 34, 26, 18, 13, 9, 6];
/** And each day of a week, from Sunday. */
const days = [1.15, 0.85, 0.88, 0.92, 1, 1.2, 1.25];

const MINUTE = 60_000;

/** How busy a minute is, against others; hours fade into each other. */
export function weightOfMinute(unixMs: number): number {
  const time = new Date(unixMs);
  const hour = time.getUTCHours();
  const part = time.getUTCMinutes() / 60;
  const level = (hours[hour] ?? 0) * (1 - part) + (hours[(hour + 1) % 24] ?? 0) * part;
  return level * (days[time.getUTCDay()] ?? 1);
}

/** The sum of the weights of a span's minutes. */
export function weightOfSpan(from: number, to: number): number {
  let sum = 0;
  for (let minute = Math.floor(from / MINUTE) * MINUTE; minute < to; minute += MINUTE)
    sum += weightOfMinute(minute);
  return sum;
}
