import type { Outcome } from '../outcome.js';

export interface RejectedAddress {
  recipient?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
}

/** What nodemailer tells of a mail that was not, or not wholly, taken. */
export interface MailError {
  code?: string | undefined;
  message?: string | undefined;
  /** SMTP's, such as 550. */
  responseCode?: number | undefined;
  response?: string | undefined;
  /** One for each address that was not taken. */
  rejectedErrors?: readonly RejectedAddress[] | undefined;
}

/**
 * What a mail server's answer means (RFC 5321, section 4.2.1): 4yz is tried again, 5yz is for good. A wrong password (5yz as well) is not: that is our setting,
 * which somebody mends, and not this mail. Each address is judged by itself, and a retry goes to those that may still take it.
 */
export function judgeMailError(to: readonly string[], failure: MailError): Outcome {
  const rejected = failure.rejectedErrors ?? [];
  const response = failure.response ?? null;
  const wasSent = failure.code === undefined && failure.message === undefined;
  if (rejected.length === 0 && !wasSent) {
    const code = failure.responseCode ?? null;
    const isForGood =
      failure.code !== 'EAUTH' && (code === null ? failure.code === 'EENVELOPE' : code >= 500);
    const error = failure.message ?? 'the mail was not sent';
    return { result: isForGood ? 'failed' : 'retry', status_code: code, error, response };
  }
  const refused = new Set(rejected.map(({ recipient }) => recipient));
  const reached = wasSent ? to.filter((address) => !refused.has(address)) : [];
  const later = rejected.some(({ responseCode = 0 }) => responseCode < 500);
  const result = later ? 'retry' : reached.length > 0 ? 'delivered' : 'failed';
  return {
    result,
    status_code: rejected[0]?.responseCode ?? 250,
    error: rejected.length === 0 ? null : rejected.map(describe).join('; '),
    response,
    reached,
  };
}

const describe = ({ recipient = 'an address', responseCode, response }: RejectedAddress) =>
  `${recipient} was not taken: ${response ?? responseCode ?? 'no reason given'}`;
