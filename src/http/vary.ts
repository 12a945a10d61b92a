import type { FastifyReply } from 'fastify';

/** Names request headers that the answer depends on, beside those that are named already. */
export function addVary(reply: FastifyReply, ...names: readonly string[]): void {
  const held = String(reply.getHeader('vary') ?? '');
  const present = new Set(held.toLowerCase().split(/\s*,\s*/));
  if (present.has('*')) return;
  const missing = names.filter((name) => !present.has(name.toLowerCase()));
  if (missing.length > 0) reply.header('vary', [held, ...missing].filter(Boolean).join(', '));
}
