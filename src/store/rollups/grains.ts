/**
 * The sizes of a bucket, in seconds, smallest first: those below an hour are kept for a week, the others for good. Ten minutes, quarters of a day and weeks
 * (from Thursday, as 1970 began) are there so that a span takes few buckets: an hour takes about 14 instead of 60, a month about 17 instead of 54.
 */
export const MINUTE = 60;
export const TEN_MINUTES = 600;
export const HOUR = 3_600;
export const QUARTER = 21_600;
export const DAY = 86_400;
export const WEEK = 604_800;
export const grains = [MINUTE, TEN_MINUTES, HOUR, QUARTER, DAY, WEEK] as const;
export type Grain = (typeof grains)[number];

/** How long minutes, single ones and ten, are kept, in ms: as long as a late row may still come, and timeseries by the minute are asked for. */
export const MINUTES_KEPT = 7 * DAY * 1_000;

/** The start of the bucket that a time (Unix ms) falls into, in Unix ms; buckets are aligned to UTC. */
export const bucketOf = (grain: Grain, unixMs: number): number => {
  const length = grain * 1_000;
  return Math.floor(unixMs / length) * length;
};

/** A span of time in Unix ms: `from` inclusive, `to` exclusive. */
export interface Span {
  from: number;
  to: number;
}

/** A run of buckets of one grain. */
export interface Run extends Span {
  grain: Grain;
}

/** The span widened to whole buckets of a grain. */
export const widen = ({ from, to }: Span, grain: Grain): Span => ({
  from: bucketOf(grain, from),
  to: bucketOf(grain, to + grain * 1_000 - 1),
});

/** The fewest buckets that together are the span, whose ends are whole buckets of `smallest`: the largest in the middle, smaller ones towards the ends. */
export const cover = (span: Span, smallest: Grain): Run[] =>
  coverWith(span, grains.filter((grain) => grain >= smallest).reverse());

function coverWith(span: Span, [grain, ...finer]: readonly Grain[]): Run[] {
  if (grain === undefined || span.from >= span.to) return [];
  const length = grain * 1_000;
  const from = Math.ceil(span.from / length) * length;
  const to = bucketOf(grain, span.to);
  if (finer.length === 0) return [{ grain, ...span }];
  if (from >= to) return coverWith(span, finer);
  return [
    ...coverWith({ from: span.from, to: from }, finer),
    { grain, from, to },
    ...coverWith({ from: to, to: span.to }, finer),
  ];
}
