import type { Finding } from '../../../contract/behaviour.js';

/** What was found, highest score first; equal ones by kind, so that an answer is always the same. */
export const byScore = (findings: readonly (Finding | null)[]): Finding[] =>
  findings
    .filter((finding) => finding !== null)
    .sort((a, b) => b.score - a.score || (a.kind < b.kind ? -1 : 1));
