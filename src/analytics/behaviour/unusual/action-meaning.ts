import type { BehaviourAction } from '../behaviour-action.js';

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
const loginWords = new Set(['login', 'signin', 'logon', 'authenticate']);
const loginPairs = new Set(['log in', 'sign in', 'log on']);

const kindByWord = new Map<string, SensitiveKind>();
for (const kind of Object.keys(sensitiveWords) as SensitiveKind[]) {
  for (const word of sensitiveWords[kind]) kindByWord.set(word, kind);
}

interface NameMeaning {
  looks: boolean;
  login: boolean;
  sensitive: SensitiveKind | null;
}

export interface ActionMeaning {
  sensitive(action: BehaviourAction): SensitiveKind | null;
  login(action: BehaviourAction): boolean;
}

/** Reads the names of actions; names are few, so each is taken apart once. */
export function createActionMeaning(): ActionMeaning {
  const known = new Map<string, NameMeaning>();
  const meaningOf = (name: string): NameMeaning => {
    const meaning = known.get(name) ?? readName(name);
    known.set(name, meaning);
    return meaning;
  };
  return {
    sensitive({ method_name, action_type }) {
      const [method, type] = [meaningOf(method_name), meaningOf(action_type)];
      return method.looks || type.looks ? null : (method.sensitive ?? type.sensitive);
    },
    login: ({ method_name, action_type }) => meaningOf(method_name).login || meaningOf(action_type).login,
  };
}

function readName(name: string): NameMeaning {
  const words = wordsOf(name);
  return {
    looks: lookingVerbs.has(words[0] ?? ''),
    login: words.some((word, at) => loginWords.has(word) || loginPairs.has(`${word} ${words[at + 1] ?? ''}`)),
    sensitive: words.map((word) => kindByWord.get(word)).find((kind) => kind !== undefined) ?? null,
  };
}

/** changePassword, RESET_PASSWORD and user.password-reset as words in lower case. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
