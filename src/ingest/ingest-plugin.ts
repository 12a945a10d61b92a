import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { validate as isUuid } from 'uuid';
import type { z } from 'zod';
import type { BatchReceipt } from '../contract/receipt.js';
import { Problem, problemDocument } from '../http/problem.js';
import type { PendingRow } from '../store/pending-row.js';
import type { CommitQueue } from './commit-queue.js';
import { IngestMetrics } from './ingest-metrics.js';
import { isoTime } from './iso-time.js';
import { type IngestContext, type ItemKind, type ItemLimits, prepareItem } from './prepare-item.js';
import { RedactionTally } from './redact/redaction-tally.js';

type ItemSchema = z.ZodType<{ id?: string | null | undefined }>;

/** What the ingest routes share: from a parsed body to an answer that is true after a crash. */
export interface Ingest {
  queue: CommitQueue;
  metrics: IngestMetrics;
  /** Stores one item: 201 stored, 200 duplicate, else throws a {@link Problem}. */
  one<Schema extends ItemSchema>(
    kind: ItemKind<Schema>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown>;
  /** Stores what can be stored of a list, and says of each item what became of it. */
  batch<Schema extends ItemSchema>(
    kind: ItemKind<Schema>,
    items: readonly unknown[],
    request: FastifyRequest,
  ): Promise<BatchReceipt>;
}

declare module 'fastify' {
  interface FastifyInstance {
    ingest: Ingest;
  }
}

export interface IngestOptions {
  queue: CommitQueue;
}

/**
 * Milliseconds after which a batch lets other requests have a turn. A usual one of 500 takes 10; one that is all traps for the redaction would
 * hold everybody up for 600.
 */
const LONGEST_TURN = 15;

export const ingestPlugin = fp<IngestOptions>(
  async (app, { queue }) => {
    const { config, clock } = app;
    const metrics = new IngestMetrics(app.metrics);
    const limits: ItemLimits = {
      itemBytes: config.LIMIT_ITEM,
      depth: config.LIMIT_DEPTH,
      ageMs: config.LIMIT_AGE_DAYS * 86_400_000,
      aheadMs: config.LIMIT_AHEAD_SECONDS * 1_000,
    };

    const contextOf = (request: FastifyRequest): IngestContext => ({
      caller: request.caller,
      ip: request.clientAddress,
      now: clock(),
      limits,
      bodyBytes: request.bodyBytes,
      lossless: request.bodyLossless,
      tally: new RedactionTally(),
    });

    const ingest: Ingest = {
      queue,
      metrics,

      async one(kind, request, reply) {
        const context = contextOf(request);
        try {
          const row = prepareItem(kind, request.body, context);
          const [outcome] = await queue.commit([row]);
          if (outcome instanceof Problem) throw outcome;
          app.answers.wrote(request);
          reply.code(outcome === 'stored' ? 201 : 200);
          return { id: row.id, status: outcome, server_time: isoTime(clock()) };
        } catch (error) {
          if (error instanceof Problem) metrics.rejections.inc({ kind: kind.kind, reason: error.code });
          throw error;
        } finally {
          metrics.redacted(context.tally);
        }
      },

      async batch(kind, items, request) {
        const context = contextOf(request);
        const prepared: (PendingRow | Problem)[] = [];
        let turn = performance.now();
        for (const item of items) {
          prepared.push(attempt(() => prepareItem(kind, item, context)));
          if (performance.now() - turn < LONGEST_TURN) continue;
          await nextTurn();
          turn = performance.now();
        }
        metrics.redacted(context.tally);
        const rows = prepared.filter((row): row is PendingRow => !(row instanceof Problem));
        const outcomes = rows.length > 0 ? await queue.commit(rows) : [];
        app.answers.wrote(request);
        const receipt: BatchReceipt = {
          results: [],
          stored: 0,
          duplicate: 0,
          rejected: 0,
          server_time: isoTime(clock()),
        };
        let next = 0;
        for (const [index, row] of prepared.entries()) {
          const outcome = row instanceof Problem ? row : outcomes[next++];
          if (outcome instanceof Problem || outcome === undefined) {
            const problem = outcome ?? new Problem('internal-error', 'This item has no outcome.');
            metrics.rejections.inc({ kind: kind.kind, reason: problem.code });
            receipt.rejected += 1;
            const error = problemDocument(problem) as BatchReceipt['results'][number]['error'];
            receipt.results.push({
              index,
              id: idOf(items[index]),
              status: 'rejected',
              ...(error ? { error } : {}),
            });
          } else {
            receipt[outcome] += 1;
            receipt.results.push({ index, id: (row as PendingRow).id, status: outcome });
          }
        }
        return receipt;
      },
    };
    app.decorate('ingest', ingest);
  },
  { name: 'ingest', dependencies: ['client-address', 'metrics', 'json-body', 'answer-cache'] },
);

function attempt(prepare: () => PendingRow): PendingRow | Problem {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** A rejected item's own id, if it is one: anything else was not redacted, and is not repeated. */
function idOf(item: unknown): string | null {
  const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
  return typeof id === 'string' && isUuid(id) ? id : null;
}
