import nodemailer from 'nodemailer';
import type { Notice } from '../../../contract/alert.js';
import { subject } from '../notice-words.js';
import type { Outcome } from '../outcome.js';
import { judgeMailError, type MailError } from './judge-mail-error.js';
import { mailHtml } from './mail-html.js';
import { mailText } from './mail-text.js';

/** A server that does not greet, or stops answering, ms; all of a mail has 20 s, which is less than a worker's claim. */
const STEP = 8_000;
export const MAIL_TIMEOUT = 20_000;

export interface MailMessage {
  /** The delivery's, the same in every try: in the Message-ID, by which mail servers and people tell a second copy. */
  id: string;
  notice: Notice;
  to: readonly string[];
  /** The channel's name. */
  channel: string;
}

export interface MailSender {
  /** Rejects only when `signal` ended it. */
  send(message: MailMessage, signal: AbortSignal): Promise<Outcome>;
}

export interface MailSenderOptions {
  /** smtp://user:password@host:587 or smtps://… */
  url: string;
  /** `Name <address>`. */
  from: string;
  publicUrl: string | undefined;
  timeout?: number;
}

/** Sends notices through a mail server (RFC 5321), each on a connection of its own: alerts are few, and a kept connection is one more thing that can be dead. */
export function openMailSender({
  url,
  from,
  publicUrl,
  timeout = MAIL_TIMEOUT,
}: MailSenderOptions): MailSender {
  const transport = nodemailer.createTransport({
    url,
    connectionTimeout: STEP,
    greetingTimeout: STEP,
    socketTimeout: STEP,
    // What is in a notice must never be read as the name of a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, notice, to, channel }, signal) {
      const tooLong = AbortSignal.timeout(timeout);
      const content = { notice, channel, publicUrl };
      try {
        const sent = await transport.sendMail({
          from,
          to: to.map((address) => ({ name: '', address })),
          subject: subject(notice),
          text: mailText(content),
          html: mailHtml(content),
          date: new Date(notice.timestamp),
          messageId: `<${id}@${domain}>`,
          // What fires and what resolves it stand together.
          references: `<alert.${notice.data.id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: AbortSignal.any([signal, tooLong]),
        });
        return judgeMailError(to, { rejectedErrors: sent.rejectedErrors ?? [], response: sent.response });
      } catch (error) {
        if (signal.aborted) throw error;
        if (!tooLong.aborted) return judgeMailError(to, error as MailError);
        const late = `the mail server did not take it within ${timeout / 1_000} s`;
        return { result: 'retry', status_code: null, error: late, response: null };
      }
    },
  };
}
