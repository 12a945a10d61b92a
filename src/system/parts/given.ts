import { type Facts, seenReplicas } from '../facts.js';
import { type PartReport, worstState } from '../part.js';

/** Parts that the page always has, and what it says where nobody reports them. */
export const placeholders: Readonly<Record<string, string>> = {
  listen:
    'Nothing listens to the database for news of other replicas: each replica pushes live what it stored itself.',
  last_report: 'No reports are set up.',
};

/** A part that replicas report themselves: as well as the worst of them, in the words of that one. */
export function givenPart(part: string, facts: Facts): PartReport {
  const reports = seenReplicas(facts).flatMap(({ id, host, parts }) => {
    const report = parts[part];
    return report ? [{ replica: id, host, ...report }] : [];
  });
  const state = worstState(reports.map((report) => report.state));
  const worst = reports.find((report) => report.state === state);
  if (!worst) return { state: 'unknown', why: placeholders[part] ?? 'Nobody reports it.', figure: null };
  const { why, figure, details } = worst;
  if (reports.length === 1) return { state, why, figure, ...(details ? { details } : {}) };
  return {
    state,
    why: state === 'ok' ? why : `On ${worst.host}: ${why}`,
    figure,
    details: { replicas: reports },
  };
}
