/** Longest explanation in characters: a line on a page, and a heartbeat's row stays small. */
const LONGEST = 300;

/** What an error says, in one line for an operator: of Prisma's many lines the last, of an AggregateError (a host with several addresses) the first. */
export function explainFailure(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return explainFailure(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line.replace(/\.$/, '');
}
