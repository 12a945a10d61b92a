import { Problem } from '../../http/problem.js';
import { maskedUrl } from './channel-secrets.js';
import { RefusedTarget, type TargetGuard } from './http/target-guard.js';

/** A URL that may be sent to, as it is stored. Throws the 422 that names `url`: for what it is, or for what its name resolves to now. */
export async function checkedUrl(guard: TargetGuard, text: string): Promise<string> {
  try {
    const url = guard.read(text);
    await guard.check(url.href);
    // What follows # is never sent.
    url.hash = '';
    return url.href;
  } catch (error) {
    if (error instanceof RefusedTarget) throw invalid('url', error.message);
    throw error;
  }
}

/** The 422 of one field. */
export const invalid = (path: string, message: string): Problem =>
  new Problem('validation-failed', 'The body is not valid.', { errors: [{ path, message }] });

export const noMailServer = (): Problem =>
  invalid('kind', 'no mail server is set: email channels need the setting SMTP_URL');

export const slackTarget = (url: string): { url: string } => ({ url: maskedUrl(url) });
