import { isMessageWord } from './prose.js';
import type { RedactionTally } from './redaction-tally.js';
import { REDACTED } from './rules.js';
import { textKeyOf } from './text-key.js';
import { looksSecret } from './text-value.js';

const name =
  '(?<![\\p{L}\\p{N}])(password|passwd|pwd|passphrase|passcode|secret|token|api[ _-]?key|pin|otp|cvv|cvc)(?: (?:is|was|of|value|code|->|[-–—]))?';
/** `password "x" is wrong` */
const quoted = new RegExp(`${name} {1,2}(["'\`])([^"'\`\\r\\n]{1,256})\\2`, 'giu');
/** `password hunter2`: letters and a digit, six at least, and not «8-character». */
const mixed = new RegExp(
  `${name} (?!\\d+-)(?=[^\\s"'\`<>]{0,64}\\d)(?=[^\\s"'\`<>]{0,64}[a-z])([^\\s"'\`<>]{6,256})`,
  'giu',
);
/** `PIN 1234` */
const digits =
  /(?<![\p{L}\p{N}])(passcode|pin|otp|cvv|cvc)(?: (?:is|was|code))? (\d{3,8})(?![\p{L}\p{N}])/giu;
/** `--password x` on a command line. */
const flag = /(?<![\w-])--([a-z][\w-]{1,40})[ \t]{1,4}([^\s"'`-][^\s"'`]*)/gi;

/** Redacts values that follow their name with nothing but a space. Prose stays: «password must be…», «the token "ring"». */
export function redactPhrases(text: string, tally: RedactionTally): string {
  const replace = (all: string, label: string, value: string): string => {
    const key = textKeyOf(label);
    if (!key || value.includes(REDACTED) || isMessageWord(/^\S*/.exec(value)?.[0] ?? '')) return all;
    if (key.common && !looksSecret(value)) return all;
    tally.add(key.rule.rule);
    const at = all.lastIndexOf(value);
    return all.slice(0, at) + REDACTED + all.slice(at + value.length);
  };
  return text
    .replace(quoted, (all: string, label: string, _quote: string, value: string) =>
      replace(all, label, value),
    )
    .replace(mixed, (all: string, label: string, value: string) =>
      /^(?:secret|token)$/i.test(label) ? all : replace(all, label, value),
    )
    .replace(digits, replace)
    .replace(flag, replace);
}
