/** What changes the platform's calls for a time, be it an incident or ordinary. Times are Unix ms. */
export interface Disturbance {
  begin: number;
  end: number;
  /** Undefined: all. */
  service?: string;
  method?: string;
  /** Only what people do. */
  byPeople?: boolean;
  /** Part of the calls that fail beside those that do as a rule. */
  failing?: number;
  /** How many times as much there is. */
  traffic?: number;
  /** How many times as long calls take. */
  slower?: number;
  /** Calls that fail by it take as long, in ms. */
  failedTakes?: number;
  /** Ms over which traffic and times grow to what is said; traffic shrinks as slowly. */
  ramp?: number;
}

/** Which part of a minute it has, and how much of its size: 0 to 1. */
export function strength({ begin, end, ramp }: Disturbance, from: number, to: number): number {
  const overlap = Math.min(end, to) - Math.max(begin, from);
  if (overlap <= 0) return 0;
  const middle = (Math.max(begin, from) + Math.min(end, to)) / 2;
  const size = ramp ? Math.min(1, (middle - begin) / ramp) : 1;
  return (overlap / (to - from)) * size;
}
