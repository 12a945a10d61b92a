import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TargetGuard } from './target-guard.js';

/** Of an answer no more is read; the log keeps 500 characters. */
const MOST_READ = 65_536;

export interface HttpAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  /** How the body begins: at most 64 KiB, as UTF-8. */
  body: string;
}

export interface PostOptions {
  url: string;
  body: string;
  headers: Readonly<Record<string, string>>;
  guard: TargetGuard;
  /** Ends it, whatever it is at. */
  signal: AbortSignal;
}

/**
 * Sends JSON and returns what was answered, a redirect too: none is followed, for its target would be another that the admin did not name. Each request has a
 * connection of its own, so that each is checked. Rejects with RefusedTarget, the connection's error, or the signal's reason.
 */
export function postJson({ url: text, body, headers, guard, signal }: PostOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const url = guard.read(text);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST',
      agent: false,
      lookup: guard.lookup,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'FoodieExpress-Tracking',
        ...headers,
      },
    });
    let answered: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => {
      const read = Buffer.concat(chunks).subarray(0, MOST_READ).toString('utf8');
      resolve({ status: answered?.statusCode ?? 0, headers: answered?.headers ?? {}, body: read });
      request.destroy();
    };
    request.on('error', (error) => {
      // Once the status has come, what follows is for the log: a body that breaks off, or drips until the time is over, changes nothing.
      if (answered) finish();
      else reject(signal.aborted ? signal.reason : error);
    });
    request.on('response', (response) => {
      answered = response;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MOST_READ) finish();
      });
      response.on('end', finish);
      response.on('error', finish);
    });
    request.end(body);
  });
}
