import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import { actionSchema } from '../contract/action.js';
import { problemResponse } from '../contract/common.js';
import { eventSchema } from '../contract/event.js';
import { batchReceiptSchema, receiptSchema } from '../contract/receipt.js';
import { serviceMetricSchema } from '../contract/service-metric.js';
import { Problem } from '../http/problem.js';
import { actionKind } from './action-kind.js';
import { eventKind } from './event-kind.js';
import { metricKind } from './metric-kind.js';

const answers = {
  401: problemResponse('The credential is not valid, or one is needed'),
  413: problemResponse('The body is larger than 1 MiB, counted inflated'),
  415: problemResponse('The content type or encoding is not accepted'),
  422: problemResponse('Not valid, too large, nested too deep, or a clock too far off'),
  429: problemResponse('The rate limit is used up; see Retry-After'),
  503: problemResponse('The database does not answer; see Retry-After'),
};
const oneAnswers = {
  201: receiptSchema.describe('Committed in PostgreSQL'),
  200: receiptSchema.describe('The id was stored before'),
  ...answers,
};
const batchAnswers = { 200: batchReceiptSchema, ...answers };

/**
 * The routes' schemas describe the items; the items themselves are validated one by one in `prepareItem`, after redaction, so that one bad
 * item costs its neighbours nothing. Here the envelope is all that is checked.
 */
const describedOnly = () => (data: unknown) => ({ value: data });

/**
 * What each of these routes has in common. Their receipts are built here, field by field, so the answer's schema describes them and need not
 * check them again (3 µs). Answers go to apps, not to browsers: of helmet's dozen headers the one that matters for JSON is sent.
 */
const lean = {
  validatorCompiler: describedOnly,
  serializerCompiler: () => JSON.stringify,
  onRequest: (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  },
} as const;

const security = [{ bearer: [] }, { apiKey: [] }, {}];

export const ingestRoutes: FastifyPluginAsyncZod = async (app) => {
  const { ingest, config } = app;
  /** The list under `key`, or a Problem: a body that is no such batch is refused as a whole. */
  const listOf = (body: unknown, key: string): readonly unknown[] => {
    const list =
      typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined;
    const most = config.LIMIT_BATCH;
    const message = !Array.isArray(list)
      ? 'must be a list'
      : list.length === 0
        ? 'must have at least one item'
        : list.length > most
          ? `may have at most ${most} items; this one has ${list.length}`
          : undefined;
    if (message === undefined) return list as readonly unknown[];
    throw new Problem('validation-failed', 'The body is no such batch.', {
      errors: [{ path: key, message }],
    });
  };

  app.route({
    method: 'POST',
    url: '/log-action',
    config: { access: access.ingest, own_call: 'metric', keep_numbers: true },
    schema: {
      operationId: 'logAction',
      tags: ['actions'],
      summary: 'Store one action',
      description:
        'A 2xx means the row is committed. Sending the same id again is safe: it answers `duplicate`.',
      security,
      body: actionSchema,
      response: oneAnswers,
    },
    ...lean,
    handler: (request, reply) => ingest.one(actionKind, request, reply) as never,
  });

  app.route({
    method: 'POST',
    url: '/log-actions',
    config: { access: access.ingest, own_call: 'metric', keep_numbers: true },
    schema: {
      operationId: 'logActions',
      tags: ['actions'],
      summary: 'Store up to 500 actions',
      description: 'Each item has a result of its own; one bad action never costs the others.',
      security,
      body: z.object({ sent_at: z.string().optional(), actions: z.array(actionSchema).min(1).max(500) }),
      response: batchAnswers,
    },
    ...lean,
    handler: (request) => ingest.batch(actionKind, listOf(request.body, 'actions'), request),
  });

  app.route({
    method: 'POST',
    url: '/events',
    config: { access: access.ingestKnown, own_call: 'metric', keep_numbers: true },
    schema: {
      operationId: 'logEvent',
      tags: ['events'],
      summary: 'Store one business event',
      security: security.slice(0, 2),
      body: eventSchema,
      response: oneAnswers,
    },
    ...lean,
    handler: (request, reply) => ingest.one(eventKind, request, reply) as never,
  });

  app.route({
    method: 'POST',
    url: '/events/batch',
    config: { access: access.ingestKnown, own_call: 'metric', keep_numbers: true },
    schema: {
      operationId: 'logEvents',
      tags: ['events'],
      summary: 'Store up to 500 business events',
      security: security.slice(0, 2),
      body: z.object({ sent_at: z.string().optional(), events: z.array(eventSchema).min(1).max(500) }),
      response: batchAnswers,
    },
    ...lean,
    handler: (request) => ingest.batch(eventKind, listOf(request.body, 'events'), request),
  });

  app.route({
    method: 'POST',
    url: '/service-metrics',
    config: { access: access.ingestKnown, own_call: 'metric', keep_numbers: true },
    schema: {
      operationId: 'recordServiceMetrics',
      tags: ['service-metrics'],
      summary: 'Store up to 500 timed calls',
      security: security.slice(0, 2),
      body: z.object({ metrics: z.array(serviceMetricSchema).min(1).max(500) }),
      response: batchAnswers,
    },
    ...lean,
    handler: (request) => ingest.batch(metricKind, listOf(request.body, 'metrics'), request),
  });
};
