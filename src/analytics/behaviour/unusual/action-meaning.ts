import type { BehaviourAction } from '../behaviour-action.js';

/** The names that an action goes by. */
export type NamedAction = Pick<BehaviourAction, 'method_name' | 'action_type'>;

/** Words in a method's name or an action's type by which it touches money or the account. */
const sensitiveWords = {
  password: ['password', 'passwords', 'passwd', 'passcode', 'credentials', 'pin', 'mfa', 'totp'],
  payment: ['payment', 'payments', 'pay', 'card', 'cards', 'wallet', 'charge', 'iban', 'bank'],
  refund: ['refund', 'refunds', 'chargeback'],
  address: ['address', 'addresses'],
  email: ['email', 'emails'],
  payout: ['payout', 'payouts', 'withdraw', 'withdrawal', 'cashout'],
} as const;
export type SensitiveKind = keyof typeof sensitiveWords;

/** A name that begins so only looks: getPaymentMethods, validateAddress. */
const lookingVerbs = new Set(
  'get list view show fetch read load search find open is has check validate'.split(' '),
);
/** Words by which an action takes something off a price. */
const promoWords = new Set(
  'coupon coupons promo promos promotion promotions voucher vouchers discount campaign'.split(' '),
);
const loginWords = new Set(['login', 'signin', 'logon', 'authenticate']);
/** Names come from callers: those of an attacker must not fill the memory. A platform has hundreds. */
const MOST_NAMES = 10_000;
const loginPairs = new Set(['log in', 'sign in', 'log on']);

const kindByWord = new Map<string, SensitiveKind>();
for (const kind of Object.keys(sensitiveWords) as SensitiveKind[]) {
  for (const word of sensitiveWords[kind]) kindByWord.set(word, kind);
}

interface NameMeaning {
  looks: boolean;
  login: boolean;
  sensitive: SensitiveKind | null;
  promo: boolean;
}

export interface ActionMeaning {
  sensitive(action: NamedAction): SensitiveKind | null;
  login(action: NamedAction): boolean;
  /** It only looks: getMenu, listOrders. */
  looks(action: NamedAction): boolean;
  /** It redeems a coupon. */
  promo(action: NamedAction): boolean;
}

/** Reads the names of actions; names are few, so each is taken apart once. */
export function createActionMeaning(): ActionMeaning {
  const known = new Map<string, NameMeaning>();
  const meaningOf = (name: string): NameMeaning => {
    let meaning = known.get(name);
    if (meaning === undefined) {
      if (known.size >= MOST_NAMES) known.clear();
      meaning = readName(name);
      known.set(name, meaning);
    }
    return meaning;
  };
  return {
    sensitive({ method_name, action_type }) {
      const [method, type] = [meaningOf(method_name), meaningOf(action_type)];
      return method.looks || type.looks ? null : (method.sensitive ?? type.sensitive);
    },
    login: ({ method_name, action_type }) => meaningOf(method_name).login || meaningOf(action_type).login,
    looks: ({ method_name, action_type }) => meaningOf(method_name).looks || meaningOf(action_type).looks,
    promo({ method_name, action_type }) {
      const [method, type] = [meaningOf(method_name), meaningOf(action_type)];
      return !method.looks && !type.looks && (method.promo || type.promo);
    },
  };
}

function readName(name: string): NameMeaning {
  const words = wordsOf(name);
  return {
    looks: lookingVerbs.has(words[0] ?? ''),
    login: words.some((word, at) => loginWords.has(word) || loginPairs.has(`${word} ${words[at + 1] ?? ''}`)),
    sensitive: words.map((word) => kindByWord.get(word)).find((kind) => kind !== undefined) ?? null,
    promo: words.some((word) => promoWords.has(word)),
  };
}

/** changePassword, RESET_PASSWORD and user.password-reset as words in lower case. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
