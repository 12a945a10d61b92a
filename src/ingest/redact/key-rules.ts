import type { KeyRule } from './rules.js';

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isObject = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);

/** A pin on a map: `{lat, lng}` in any spelling, or a list of such. */
const isPlace = (value: unknown): boolean => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return (
    typeof first === 'object' &&
    first !== null &&
    Object.keys(first).some((key) => /^(lat|lng|coord)/i.test(key))
  );
};

/** India's postal code is called PIN code: six digits beside other parts of an address. */
const isPostal = (value: unknown, holder: object): boolean =>
  /^[1-9]\d\d ?\d{3}$/.test(String(value)) &&
  Object.keys(holder).some((key) =>
    /^(city|street|district|locality|landmark|address_?line|line_?1)/i.test(key),
  );

const ends = (source: string): RegExp => new RegExp(`(?:${source})(?= |$)`, 'gu');

/** In order: the first that fits names the find. Suffix matches are wanted where a word has no innocent one (`dbpassword`). */
export const keyRules: readonly KeyRule[] = [
  {
    rule: 'password',
    reach: 'line',
    pattern: ends('pass ?phrases?|(?:seed|recovery|mnemonic|backup) ?phrase|\\bmnemonic'),
  },
  {
    rule: 'password',
    pattern: ends(
      '(?:password|passwd|passwort|kennwort|passcode|parola|sifre|contrasena|senha|пароль|motdepasse|\\bmot de passe|pwd|\\bpswd?|\\bpw' +
        '|\\bpass word)s?(?:hash|confirm(?:ation)?|again|repeat|old|new|salt)?',
    ),
  },
  {
    rule: 'password',
    pattern: ends(
      '^pass|\\b(?:user|db|database|smtp|admin|auth|wifi|ftp|login|mail|email|redis|root|old|new) ?pass',
    ),
    spares: isNumber,
  },
  { rule: 'private-key', pattern: ends('\\b(?:private|priv|ssh|rsa|pem|pgp|gpg) ?keys?'), reach: 'line' },
  { rule: 'secret', pattern: ends('secret ids?|secrets?|\\b(?:amz|webhook|hmac) signature|\\bhmac') },
  { rule: 'token', pattern: ends('\\b[cx]srf|\\bjwts?') },
  {
    rule: 'token',
    // Cursors of paging, amounts of a language model, and numbers called out at a counter are no credentials.
    pattern: ends(
      '(?<!(?:page|sync|next|prev|previous|continuation|cursor|max|min|total|prompt|completion|input|output|queue|design|reward|bonus|loyalty) ?)' +
        'token(?! (?:number|no|num|ring|economy|of)\\b)',
    ),
  },
  {
    rule: 'token',
    pattern: ends('(?<!(?:max|min|total|prompt|completion|input|output|design) ?)tokens'),
    spares: isNumber,
  },
  {
    rule: 'authorization',
    reach: 'scheme',
    pattern: ends('(?<!(?:payment|card|pre) ?)authorization|\\bauth ?(?:header|key|data|string)|\\bbearer'),
  },
  {
    rule: 'authorization',
    reach: 'scheme',
    pattern: ends('(?:^|\\b(?:basic|http|proxy|x) )auth'),
    spares: isObject,
  },
  {
    rule: 'api-key',
    pattern: ends(
      '(?:api|access|\\bapp|\\bapplication|subscription|\\bclient|secret|signing|encryption|\\bmaster|session|\\bshared|storage|\\baccount' +
        '|webhook|merchant|stripe|aws|firebase|twilio|sendgrid|iyzico) ?keys?',
    ),
  },
  {
    rule: 'cookie',
    reach: 'cookies',
    pattern: ends(
      '(?<!(?:chip|chocolate|dough|oatmeal|fortune|sugar|butter|accept|allow|use) ?)cookies?|phpsessid|jsessionid|\\bsessid',
    ),
    spares: isNumber,
  },
  {
    rule: 'one-time-code',
    pattern: ends(
      '(?:\\b|user|sms|email|login)[th]?otps?' +
        '|\\b(?:verification|verify|sms|otp|mfa|fa|totp|login|reset|auth|recovery|backup|activation|unlock|access|one time) ?codes?',
    ),
  },
  { rule: 'pin', pattern: ends('\\b(?:hand ?over|delivery|pick ?up|door|gate) ?codes?') },
  {
    rule: 'pin',
    pattern: ends(
      '(?<!\\b(?:city|postal|area|zip|address|state|district|region|home|billing|shipping) )\\bpin ?codes?',
    ),
    spares: isPostal,
  },
  {
    rule: 'pin',
    pattern: ends(
      '(?<!\\b(?:map|drop|location|push|bowling|marker|place|safety) )\\b(?:pin|(?:user|card|delivery)pin)s?' +
        '(?! (?:codes?|point|drop|board|post|to|top|comment|chat|tab|marker|img|image)\\b)',
    ),
    spares: (value, holder) => isPlace(value) || isPostal(value, holder),
  },
  {
    rule: 'payment-card',
    reach: 'groups',
    pattern: ends(
      '(?:\\b|credit|debit|bank|payment)card ?(?:number|no|num|nr|pan)s?|\\bcc ?(?:number|num|no)|\\bprimary account number',
    ),
  },
  {
    rule: 'card-security-code',
    pattern: ends(
      '(?:\\b|card)(?:cvv|cvc|cvn|csc)(?: ?2)?(?: ?(?:code|number))?|security ?codes?|\\bcard ?(?:verification ?)?code',
    ),
  },
  {
    rule: 'bank-account',
    reach: 'groups',
    pattern: ends(
      '(?:\\b|user|bank|customer)ibans?|\\b(?:bank ?)?account ?(?:number|no|num)|\\b(?:routing|aba) ?(?:number|no)',
    ),
  },
  {
    rule: 'national-id',
    reach: 'groups',
    pattern: ends(
      '(?:\\b|user)ssn|\\bsocial ?security(?: ?(?:number|no))?|\\btckn|\\btc ?kimlik(?: ?no)?|\\bnational ?id(?:entity)?(?: ?(?:number|no))?' +
        '|\\bpassport ?(?:number|no|nr)',
    ),
  },
  { rule: 'credential', pattern: ends('credentials?') },
];

// Words alone, with neither classes nor groups: V8 then makes one tree of them, which is five times as fast.
const keyHint =
  /pass|pwd|psw|pw|wort|parola|sifre|senha|contrasen|phrase|mnemonic|token|secret|key|auth|bearer|cookie|sessid|sessionid|cvv|cvc|cvn|csc|pin|otp|code|card|cc|iban|account|routing|aba|ssn|social|tckn|kimlik|national|csrf|xsrf|jwt|cred|signature|hmac/i;

/** Whether some rule may fit a name in this text (or this name): none fits without. Other alphabets are for the rules to tell. */
export const hasKeyHint = (text: string): boolean => keyHint.test(text) || /[\u0080-\uFFFF]/.test(text);

/** Words behind a sensitive one that make the name speak of something else: `token_count`, `passwordUpdatedAt`, `secret_sauce`. */
export const neutralTail = ends(
  '\\b(?:counts?|used|usage|left|remaining|length|len|size|types?|kind|policy|strength|score|expir(?:es|y|ed|ation|e)|exp|ttl|at|date|time|timestamp' +
    '|valid|validity|present|required|enabled|disabled|changed|updated|created|verified|status|state|last|brand|network|scheme' +
    '|country|bank|provider|issuer|methods?|channel|attempts?|tries|limits?|max|min|total|consent|banner|policies|preferences|label|placeholder' +
    '|errors?|message|visible|shown|field|screen|page|url|uri|endpoint|link|name|ids?|version|scopes?|audience|format|index|position|colou?r|icon' +
    '|lat|lng|lon|latitude|longitude|locations?|coordinates?|mode|source|reason|hours|seconds|minutes|days|ms|sent|requested|clicked|reset|manager' +
    '|rotation|rate|price|amount|balance|symbol|cost|prefix|menu|sauce|recipe|ingredients?|items?|dish|flavou?r|dough|box|crumble|ice|cream|monster' +
    '|santa|garden|burger|deal|holder|owner)',
);
