import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * The caller's address as PostgreSQL's `inet` takes it: Fastify's `request.ip` (X-Forwarded-For only from TRUSTED_PROXIES), an IPv4 address in
 * IPv6 clothes undressed, no zone. A proxy may forward a word that is no address: then the socket's own counts.
 */
export function clientAddress(request: FastifyRequest): string {
  const forwarded = normalise(request.ip);
  return isIP(forwarded) === 0 ? normalise(request.socket.remoteAddress ?? '0.0.0.0') : forwarded;
}

const normalise = (address: string): string => {
  const plain = address.split('%', 1)[0] ?? address;
  return plain.startsWith('::ffff:') && plain.includes('.') ? plain.slice(7) : plain;
};
