import { Agent, type IncomingMessage, request } from 'node:http';

export interface Answer {
  status: number;
  body: string;
  /** From the call to the last byte, ms. */
  ms: number;
}

/** Asks one server over one connection that stays open, one question after the other. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  #token = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** What follows is asked in this account's name. Its token lasts 15 minutes. */
  async signIn(email: string, password: string): Promise<void> {
    const answer = await this.#send('POST', '/api/auth/login', {}, JSON.stringify({ email, password }));
    if (answer.status !== 200) throw new Error(`signing in: ${answer.status} ${answer.body}`);
    this.#token = (JSON.parse(answer.body) as { access_token: string }).access_token;
  }

  /** Computed afresh, not taken from the service's cache of answers. */
  ask(path: string): Promise<Answer> {
    return this.#send('GET', path, { 'cache-control': 'no-cache' });
  }

  /** The answer as it comes. */
  open(
    path: string,
    headers: Record<string, string>,
    method = 'GET',
    body?: string,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.#url),
        {
          agent: this.#agent,
          method,
          headers: {
            ...headers,
            ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
        },
        resolve,
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const started = performance.now();
    const answer = await this.open(path, headers, method, body);
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const ms = performance.now() - started;
    return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString(), ms };
  }
}
