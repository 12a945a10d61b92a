/** What a firing is about: labels such as `service_name`; empty for the platform. */
export type Group = Readonly<Record<string, string>>;

/** One text a group, whatever the order of its labels. */
export const groupKey = (group: Group): string =>
  JSON.stringify(Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1)));
