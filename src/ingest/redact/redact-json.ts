import { redactTree } from './redact-text.js';
import type { RedactionTally } from './redaction-tally.js';

/**
 * Makes a freshly parsed JSON value fit to be stored: secrets become `[redacted]`, NUL and lone surrogates U+FFFD, in values and keys.
 * The tree is changed in place and returned (a string or number at the top comes back as a new value). Null and booleans under a
 * sensitive key stay, for they tell that a password was sent, not which.
 *
 * The walk is recursive: check the depth first (`exceedsDepth`).
 */
export const redactJson = (value: unknown, tally: RedactionTally): unknown => redactTree(value, tally);
