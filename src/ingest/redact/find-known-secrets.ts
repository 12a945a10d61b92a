import { findAll, type Span } from './span.js';

/**
 * Credentials that say what they are: Stripe keys and webhook secrets, AWS access keys, GitHub, GitLab, Slack, Google, npm, SendGrid and
 * `sk-` tokens, and this service's own API keys (`fek_`) and refresh tokens (`fer_`). Publishable keys (`pk_`) stay.
 */
const known = new RegExp(
  '(?<![A-Za-z0-9])(?:' +
    [
      '(?:sk|rk)_(?:live|test)_\\w{6,}',
      'whsec_[\\w+/=-]{6,}',
      '(?:AKIA|ASIA)[A-Z0-9]{12,}',
      'gh[pousr]_\\w{10,}',
      'github_pat_\\w{10,}',
      'glpat-[\\w-]{10,}',
      'xox[abeoprs]-[\\w-]{8,}',
      'AIza[\\w-]{20,}',
      'npm_[A-Za-z0-9]{30,}',
      'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
      'sk-(?:ant-|proj-)?[\\w-]{20,}',
      'fe[kr]_[\\w-]{6,}',
    ].join('|') +
    ')',
  'g',
);

export const findKnownSecrets = (text: string): Span[] =>
  findAll(known, text).map((match) => ({ start: match.index, end: match.index + match[0].length }));
