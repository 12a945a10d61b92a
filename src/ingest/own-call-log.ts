import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { identityOf } from '../access/caller.js';
import { ANONYMOUS } from '../contract/action.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import { countedAction, type PendingAction } from './action-kind.js';
import { boundedParameters } from './bounded-parameters.js';
import type { CommitQueue } from './commit-queue.js';
import { isoTime } from './iso-time.js';
import { RedactionTally } from './redact/redaction-tally.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Monotonic ms (performance.now) at which the request's head was read. */
    startedAt: number;
  }
}

/** What an aborted request is recorded with: nginx's word for «the client closed the request». */
export const CLIENT_CLOSED_REQUEST = 499;

export interface OwnCallLogOptions {
  queue: CommitQueue;
}

/**
 * Records our own calls as the mobile services record theirs, by a pair of hooks: onRequest takes the time, onResponse (or
 * onRequestAbort: onResponse does not run for a client that hangs up) leaves a row in the commit queue and nobody waits for it. A route says
 * with `own_call` whether it is an action with its metric, a metric only (ingest: its rows tell the rest), or nothing (health, metrics).
 * service_name is the route's resource (its OpenAPI tag), method_name its operationId, action_type the HTTP method.
 *
 * Registered before access, so that a refused call has its time too. It can neither delay nor break an answer: it runs after the last byte, `offer` never waits, and what it throws is logged.
 */
export const ownCallLog = fp<OwnCallLogOptions>(
  async (app, { queue }) => {
    const { clock, ingest } = app;
    app.decorateRequest('startedAt', 0);

    app.addHook('onRequest', (request, _reply, done) => {
      request.startedAt = performance.now();
      done();
    });

    const record = (request: FastifyRequest, status: number) => {
      const { config, schema } = request.routeOptions;
      const wanted = config.own_call ?? 'action';
      if (wanted === 'none') return;
      const now = clock();
      const id = newUuidV7(now);
      const timestamp = isoTime(now);
      const service_name = schema?.tags?.[0] ?? 'http';
      const method_name = schema?.operationId ?? 'unknown';
      const execution_time = Math.round((performance.now() - request.startedAt) * 1_000) / 1_000;
      const success = status < 400;
      if (wanted === 'metric') {
        const metric = { id, service_name, method_name, execution_time, success, timestamp };
        queue.offer({ kind: 'metric', id, json: JSON.stringify(metric), call: metric });
        return;
      }
      const { caller } = request;
      const tally = new RedactionTally();
      const action = {
        id,
        user_id:
          caller.kind === 'person' ? caller.user_id : caller.kind === 'service' ? caller.name : ANONYMOUS,
        user_type: caller.kind === 'person' ? caller.role : undefined,
        action_type: request.method,
        service_name,
        method_name,
        parameters: boundedParameters(request, tally),
        response_data: { status_code: status },
        success,
        execution_time,
        trace_id: request.id,
        timestamp,
        received_at: timestamp,
        ip_address: request.clientAddress,
        identity: identityOf(caller),
      } satisfies Partial<PendingAction>;
      ingest.metrics.redacted(tally);
      queue.offer({ kind: 'action', id, json: JSON.stringify(action), action: countedAction(action) });
    };

    const recordSafely = (request: FastifyRequest, status: number) => {
      try {
        record(request, status);
      } catch (error) {
        request.log.error({ err: error, req: request }, 'own call could not be recorded');
      }
    };

    app.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
      // A client that hung up before the last byte has been recorded by onRequestAbort.
      if (!request.raw.aborted) recordSafely(request, reply.statusCode);
      done();
    });
    app.addHook('onRequestAbort', (request, done) => {
      recordSafely(request, CLIENT_CLOSED_REQUEST);
      done();
    });
  },
  { name: 'own-call-log', dependencies: ['client-address', 'ingest'] },
);
