/** Sizes of a connection pool, as the pg driver counts them. */
export interface PoolSizes {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

export const viewOfPools = <Name extends string>(
  pools: Record<Name, PoolSizes>,
): Record<string, { open: number; idle: number; waiting: number }> =>
  Object.fromEntries(
    Object.entries<PoolSizes>(pools).map(([name, { totalCount, idleCount, waitingCount }]) => [
      name,
      { open: totalCount, idle: idleCount, waiting: waitingCount },
    ]),
  );
