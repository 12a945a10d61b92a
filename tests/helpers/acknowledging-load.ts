import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { firstClientBody } from './first-client.js';

/** What a load has seen so far. */
export interface LoadReport {
  /** Ids whose request was answered with 2xx: each must be stored, once. */
  acknowledged: string[];
  /** Answers by status; requests that got none are under their error code. */
  answers: Map<string, number>;
  /** Longest a request took, answered or not, in ms. */
  slowest: number;
  /** Unix ms of the last 2xx. */
  lastSuccess: number;
  /** Bodies of the answers that are neither 2xx nor 503: there should be none. */
  unexpected: string[];
  /** Answers of 503 without a Retry-After header. */
  withoutRetryAfter: number;
}

export interface Load extends LoadReport {
  stop(): Promise<void>;
}

export interface LoadOptions {
  url: string;
  /** Requests in flight at once; each waits for its answer before the next. */
  clients: number;
  /** 1: single actions; more: batches of that many. */
  batch?: number;
}

/** Sends actions under ids of the caller's own until it is stopped, and remembers which were acknowledged. */
export function startLoad({ url, clients, batch = 1 }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const report: LoadReport = {
    acknowledged: [],
    answers: new Map(),
    slowest: 0,
    lastSuccess: 0,
    unexpected: [],
    withoutRetryAfter: 0,
  };
  let stopped = false;

  const client = async () => {
    while (!stopped) {
      const ids = Array.from({ length: batch }, () => uuidV7());
      const actions = ids.map((id) => firstClientBody({ id }));
      const [path, body] = batch === 1 ? ['/api/log-action', actions[0]] : ['/api/log-actions', { actions }];
      const started = performance.now();
      const answer = await send(agent, `${url}${path}`, JSON.stringify(body));
      report.slowest = Math.max(report.slowest, performance.now() - started);
      report.answers.set(answer.outcome, (report.answers.get(answer.outcome) ?? 0) + 1);
      if (answer.outcome.startsWith('2')) {
        report.lastSuccess = Date.now();
        report.acknowledged.push(...ids);
      } else {
        if (answer.outcome === '503' && !answer.retryAfter) report.withoutRetryAfter += 1;
        if (/^\d/.test(answer.outcome) && answer.outcome !== '503') report.unexpected.push(answer.body);
        // Far below the Retry-After that a good client would heed: this one is there to press.
        await sleep(25);
      }
    }
  };
  const running = Array.from({ length: clients }, client);
  return Object.assign(report, {
    async stop() {
      stopped = true;
      await Promise.all(running);
      agent.destroy();
    },
  });
}

interface Answer {
  /** The status, or the code of the error that came instead. */
  outcome: string;
  retryAfter: boolean;
  body: string;
}

function send(agent: Agent, url: string, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) =>
      resolve({ outcome: error.code ?? 'error', retryAfter: false, body: '' });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let received = '';
      response.on('data', (chunk) => {
        received += chunk;
      });
      const retryAfter = response.headers['retry-after'] !== undefined;
      response.once('end', () =>
        resolve({ outcome: String(response.statusCode), retryAfter, body: received }),
      );
      response.once('error', fail);
    });
    outgoing.once('error', fail);
    outgoing.end(body);
  });
}
