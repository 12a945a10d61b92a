/** First digits and lengths by issuer (ISO/IEC 7812 ranges as the schemes publish them). Order numbers and timestamps rarely fit. */
const issuers: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/, // Visa
  /^(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^(?:6011|64[4-9]\d|65\d\d)\d{12,15}$/, // Discover, also RuPay and Troy
  /^(?:62|81|82)\d{14,17}$/, // UnionPay, RuPay
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/, // JCB
  /^3(?:0[0-5]|[689]\d)\d{11,16}$/, // Diners Club
  /^(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}$/, // Maestro
  /^(?:220[0-4]|9792|60\d\d|508\d|506[01]|5078)\d{12,15}$/, // Mir, Troy, RuPay, Verve
];

/** Whether a run of digits is a payment card number: 13 to 19 digits, an issuer's first digits, and a right last digit (Luhn). */
export function isPaymentCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  // Luhn first: it is the cheaper one and turns nine of ten numbers away.
  if (!passesLuhn(digits) || !issuers.some((issuer) => issuer.test(digits))) return false;
  // Visa gave up 13 digits long ago, while barcodes of groceries have 13 and often start with 4.
  return digits.length !== 13 || !isEan13(digits);
}

/** ISO/IEC 7812-1 annex B: every second digit from the right doubled, its digits summed; the sum ends in 0. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digits.charCodeAt(index) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

/** GS1's check digit: weights 1 and 3 from the left. */
function isEan13(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < 13; index++) sum += (digits.charCodeAt(index) - 48) * (index % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}
