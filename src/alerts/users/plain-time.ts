/** A time of the day as reasons say it: 14:05 UTC. */
export const plainTime = (unixMs: number): string => `${new Date(unixMs).toISOString().slice(11, 16)} UTC`;
