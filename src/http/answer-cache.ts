import { createCache } from 'async-cache-dedupe';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Counter } from 'prom-client';
import type { Caller } from '../access/caller.js';
import { LastWrites } from './last-writes.js';
import { questionKey } from './question-key.js';

export interface Answers {
  /**
   * The answer to a question: computed once for all who ask it at the same time, and reused for up to a second. Errors are not kept: whoever waits
   * gets it, the next asks anew. `question` must hold everything that the answer depends on, of the caller too: who sees only their own
   * actions asks another question than an admin does, so their user_id belongs in it:
   *
   *     const user_id = ownOnly(caller, query.user_id);
   *     await app.answers.once(request, 'listActions', { ...query, user_id }, () => …);
   *
   * A time that is read off the clock does not belong in it: the question would never be asked twice. Answers are shared between askers,
   * so none may change one.
   */
  once<T>(request: FastifyRequest, name: string, question: object, compute: () => Promise<T>): Promise<T>;
  /** Says that this request's caller has written something: after the commit, before the answer. Answers from before are not for them any more. */
  wrote(request: FastifyRequest): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    answers: Answers;
  }
}

/** Seconds. Others' writes may be this late in an answer, on top of the time it took to compute. */
const REUSED_FOR = 1;
/** Answers that are kept at once, and the longest text that is: 16 MB at most. A longer one, such as a page of 500, is shared while it is computed. */
const KEPT = 128;
const LONGEST_KEPT = 128 * 1024;

interface Question {
  key: string;
  compute: () => Promise<unknown>;
}

/**
 * Equal questions at the same time are computed once. What is reused is never older than the asker's own last write through this process; in another
 * replica, such a write is up to a second late, unless the asker sends `Cache-Control: no-cache`, which always computes afresh.
 */
export const answerCache = fp(
  async (app) => {
    const counted = new Counter({
      name: 'answers_total',
      help: 'Answers by question: computed, reused within a second, joined while another asker’s was computed, or afresh on demand.',
      labelNames: ['question', 'outcome'],
      registers: [app.metrics],
    });
    const count = (outcome: string) => (key: string) =>
      counted.inc({ question: key.slice(0, key.indexOf(' ')), outcome });
    const cache = createCache({ storage: { type: 'memory', options: { size: KEPT } } }).define(
      'answer',
      {
        ttl: (answer) => (typeof answer === 'string' && answer.length > LONGEST_KEPT ? 0 : REUSED_FOR),
        serialize: ({ key }: Question) => key,
        onMiss: count('computed'),
        onHit: count('reused'),
        onDedupe: count('joined'),
      },
      ({ compute }: Question) => compute(),
    );

    const writes = new LastWrites();
    app.decorate('answers', {
      once<T>(request: FastifyRequest, name: string, question: object, compute: () => Promise<T>) {
        if (wantsFresh(request)) {
          counted.inc({ question: name, outcome: 'afresh' });
          return compute();
        }
        const key = `${name} ${writes.stampOf(nameOf(request.caller))} ${questionKey(question)}`;
        // What is kept under a question's name and key is what its own `compute` made.
        return cache.answer({ key, compute }) as Promise<T>;
      },
      // Most writes are nobody's, and nobody may ask what they change.
      wrote({ caller }) {
        if (caller.kind !== 'nobody') writes.note(nameOf(caller));
      },
    });
  },
  { name: 'answer-cache', dependencies: ['metrics'] },
);

function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case 'nobody':
      return 'nobody';
    case 'person':
      return `person ${caller.issuer} ${caller.user_id}`;
    case 'service':
      return `service ${caller.key_id}`;
  }
}

/** `no-cache`, and what a browser's reload sends. */
const wantsFresh = ({ headers }: FastifyRequest): boolean =>
  /(?:^|[\s,])(?:no-cache|no-store|max-age=0)(?:$|[\s,])/i.test(headers['cache-control'] ?? '');
