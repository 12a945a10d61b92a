/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** The label under which a find is counted. */
export type RuleName =
  | 'password'
  | 'secret'
  | 'token'
  | 'authorization'
  | 'api-key'
  | 'private-key'
  | 'cookie'
  | 'one-time-code'
  | 'pin'
  | 'payment-card'
  | 'card-security-code'
  | 'bank-account'
  | 'national-id'
  | 'credential'
  | 'jwt'
  | 'url-password';

/**
 * How far a value reaches when it follows its name in free text without quotes: to the end of the `word`, of the `line` (passphrases),
 * of a run of `groups` (`4111 1111 …`), after an authentication `scheme` (`Bearer x`), or of `cookies` (`a=b; c=d`).
 */
export type TextReach = 'word' | 'line' | 'groups' | 'scheme' | 'cookies';

/**
 * A name under which the whole value goes. `pattern` is tried on the name's words in lower case with one space between them, so that
 * `userPassword`, `USER_PASSWORD` and `user-password` are all `user password`. Pattern ends are word ends.
 */
export interface KeyRule {
  rule: RuleName;
  pattern: RegExp;
  /** Default: word. */
  reach?: TextReach;
  /** Values that this name has in its innocent meaning: these are walked like any other. */
  spares?: (value: unknown, holder: object) => boolean;
}
