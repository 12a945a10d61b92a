import { setTimeout as sleep } from 'node:timers/promises';

/** The server said no, and will say so again. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The server cannot be reached, and was given time. */
export class Unreachable extends Error {}

const LONGEST_ANSWER = 20_000;
const LONGEST_PAUSE = 10_000;

export interface Answer {
  body: unknown;
  /** The server's clock, Unix ms, to the second. */
  serverTime: number;
}

export interface ApiOptions {
  url: string;
  /** How long the server may be away, or busy, before we give up, ms. */
  patience: number;
  /** Ends the waiting between attempts. */
  signal: AbortSignal;
  onWait(reason: string): void;
}

/** The public HTTP API. What is sent again is the same bytes, with the same ids: so nothing is lost, and nothing counts twice. */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Resolves with the answer. Rejects with {@link Refusal}, {@link Unreachable}, or the signal's reason when it is over while waiting. */
  async send(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
    const { url, signal, onWait, patience } = this.#options;
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const since = Date.now();
    for (let attempt = 1; ; attempt++) {
      const { answer, reason, pause } = await this.#attempt(path, {
        method,
        headers: { ...headers, ...type },
        ...content,
      });
      if (answer) return answer;
      const wait = pause ?? Math.min(250 * 2 ** attempt, LONGEST_PAUSE);
      if (Date.now() + wait - since > patience) throw new Unreachable(`${url} ${reason}`);
      onWait(reason);
      await sleep(wait, undefined, { signal });
    }
  }

  async #attempt(
    path: string,
    init: RequestInit,
  ): Promise<{ answer?: Answer; reason: string; pause?: number }> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#options.url + path, {
        ...init,
        signal: AbortSignal.timeout(LONGEST_ANSWER),
      });
      text = await response.text();
    } catch (error) {
      return { reason: `does not answer (${causeOf(error)})` };
    }
    const body = readJson(text);
    if (response.ok) {
      const serverTime = Date.parse(response.headers.get('date') ?? '');
      return { answer: { body, serverTime: Number.isNaN(serverTime) ? Date.now() : serverTime }, reason: '' };
    }
    const { status } = response;
    const { title = response.statusText, detail = '' } = (body ?? {}) as { title?: string; detail?: string };
    const reason = `${status} ${title}: ${detail}`.replace(/: $/, '');
    if (status !== 429 && status < 500) throw new Refusal(status, reason);
    const asked = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { reason: `answers ${reason}`, ...(asked >= 0 ? { pause: asked * 1_000 } : {}) };
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string {
  const { cause, message, name } = error as Error;
  const { code } = (cause ?? {}) as { code?: string };
  return code ?? (name === 'TimeoutError' ? `nothing within ${LONGEST_ANSWER / 1_000} s` : message);
}
