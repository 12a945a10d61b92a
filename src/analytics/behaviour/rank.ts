export interface Ranked {
  name: string;
  count: number;
}

/** The most frequent names; equally frequent ones by name, so that an answer does not depend on the rows' sequence. */
export function rank(names: Iterable<string>, limit: number): Ranked[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, limit);
}
