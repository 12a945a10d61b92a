import type { FastifyRequest } from 'fastify';
import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';

/**
 * The process's logger: JSON lines on stdout. Of a request only an allow-list of fields is written, never headers, bodies or the
 * query, which may hold secrets; of an error its type, code, message and stack.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        req: (request: FastifyRequest) => ({
          method: request.method,
          route: request.routeOptions?.url,
          request_id: request.id,
        }),
        res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
        err: serializeError,
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
}

/** Prisma's messages quote the statement's parameters in some errors, which may be somebody's data: code and first line are enough. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = stdSerializers.err(error);
  const code = (error as { code?: unknown }).code;
  const cause = error.cause instanceof Error ? { cause: firstLine(error.cause.message) } : {};
  return { type, code, message: firstLine(message), stack: frames(stack), ...cause };
}

const firstLine = (text: string): string => text.trim().split('\n').slice(-1)[0]?.slice(0, 500) ?? '';

const frames = (stack: string | undefined): string =>
  (stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 10)
    .join('\n');
