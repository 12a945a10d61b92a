import { findIbans } from './find-ibans.js';
import { findJwts } from './find-jwts.js';
import { findKnownSecrets } from './find-known-secrets.js';
import { findPaymentCards } from './find-payment-cards.js';
import { findPrivateKeys } from './find-private-keys.js';
import { findSchemes } from './find-schemes.js';
import { findUrlPasswords } from './find-url-passwords.js';
import { hasKeyHint } from './key-rules.js';
import { redactPairs } from './redact-pairs.js';
import { redactPhrases } from './redact-phrases.js';
import type { RedactionTally } from './redaction-tally.js';
import type { RuleName } from './rules.js';
import { Has } from './scan-text.js';
import { cutSpans, type Span } from './span.js';

/** A rule over texts. `needs`: bits of the scan without which it cannot hit, so that most texts meet no rule at all. */
export interface ValueRule {
  needs: number;
  apply: (text: string, tally: RedactionTally) => string;
}

const finding =
  (
    rule: RuleName,
    find: (text: string) => Span[],
    hint: (text: string) => boolean = () => true,
  ): ValueRule['apply'] =>
  (text, tally) => {
    if (!hint(text)) return text;
    const spans = find(text);
    if (spans.length > 0) tally.add(rule, spans.length);
    return cutSpans(text, spans);
  };

/**
 * In order: what has a form of its own goes first, so that its label is right and a cut-off pair cannot leave a piece of it; then what
 * only its name gives away; numbers last. Every rule leaves the mark alone, so a second run changes nothing.
 */
export const valueRules: readonly ValueRule[] = [
  {
    needs: Has.joint | Has.space,
    apply: finding('private-key', findPrivateKeys, (text) => text.includes('PRIVATE KEY')),
  },
  { needs: Has.pair | Has.at, apply: finding('url-password', findUrlPasswords) },
  { needs: Has.dot, apply: finding('jwt', findJwts) },
  { needs: Has.joint, apply: finding('secret', findKnownSecrets, (text) => text.length >= 12) },
  { needs: Has.capitalA, apply: finding('secret', findKnownSecrets, (text) => /AKIA|ASIA|AIza/.test(text)) },
  { needs: Has.pair, apply: redactPairs },
  // With a colon or an equals sign the rule above has seen the tags as well.
  { needs: Has.markup, apply: (text, tally) => (/[:=]/.test(text) ? text : redactPairs(text, tally)) },
  {
    needs: Has.space,
    apply: finding('authorization', findSchemes, (text) => /bearer|basic|token|apikey|api-key/i.test(text)),
  },
  { needs: Has.space, apply: (text, tally) => (hasKeyHint(text) ? redactPhrases(text, tally) : text) },
  { needs: Has.digits8, apply: finding('bank-account', findIbans) },
  { needs: Has.digits13, apply: finding('payment-card', findPaymentCards) },
];
