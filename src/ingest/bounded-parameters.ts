import type { FastifyRequest } from 'fastify';
import { exceedsDepth } from './redact/exceeds-depth.js';
import { redactJson } from './redact/redact-json.js';
import type { RedactionTally } from './redact/redaction-tally.js';

/** Most bytes of JSON that a call's parameters may take in its own-call row: calls are many, and their content is small. */
const LIMIT = 2_048;
const DEPTH = 32;

/**
 * What a call was asked with (path, query, body), redacted, or `{truncated: bytes}` where it is larger than 2 KiB. The bodies of the auth
 * routes are credentials by trade and are left out altogether.
 */
export function boundedParameters(request: FastifyRequest, tally: RedactionTally): unknown {
  const parts: Record<string, unknown> = {};
  let empty = true;
  for (const [name, part] of [
    ['path', request.params],
    ['query', request.query],
    ['body', request.body],
  ] as const) {
    if (typeof part !== 'object' || part === null || Object.keys(part).length === 0) continue;
    if (exceedsDepth(part, DEPTH)) return { truncated: 'nested too deep' };
    // The route's own objects may still be in use by whoever logs them: redaction works in place, so it gets a copy.
    const text = JSON.stringify(part);
    if (text.length > LIMIT) return { truncated: text.length };
    parts[name] = redactJson(JSON.parse(text), tally);
    empty = false;
  }
  return empty ? undefined : parts;
}
