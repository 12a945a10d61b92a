import type { Facts } from '../facts.js';
import type { PartReport } from '../part.js';
import { count, counted } from '../words.js';

/** Whether each of the next days has its partitions: rows of a day without one are stored in the DEFAULT child, where every question reads them. */
export function partitionsPart({ shared }: Facts): PartReport {
  if (!shared) return unknownWithoutDatabase('Which partitions there are');
  const { partitions_missing: missing, days_ahead, rows_in_default } = shared.platform;
  const words = [
    missing.length === 0
      ? `Today and the next ${counted(days_ahead, 'day')} have their partitions.`
      : `${counted(missing.length, 'partition is', 'partitions are')} missing for today and the next 3 days (${listed(missing)}): rows of those days are stored, and questions about them get slower. The job «partitions» makes them once an hour; if it does not, the part «jobs» says why.`,
    ...(rows_in_default > 0
      ? [
          `${count(rows_in_default)}${rows_in_default >= 1_000 ? ' or more' : ''} rows are in no day's partition; the job «partitions» moves them when it makes that of their day.`,
        ]
      : []),
  ];
  return {
    state: missing.length > 0 || rows_in_default > 0 ? 'degraded' : 'ok',
    why: words.join(' '),
    figure: { value: days_ahead, unit: 'days ahead' },
    details: { missing, rows_in_default },
  };
}

const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');

export const unknownWithoutDatabase = (what: string): PartReport => ({
  state: 'unknown',
  why: `${what} is known to the database alone, which could not be asked: see the part «database».`,
  figure: null,
});
