import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createAddressKey } from '../../src/http/rate-limit-address.js';

const key = createAddressKey();
const of = (clientAddress: string) => key({ clientAddress } as FastifyRequest);

const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));

describe('the address key', () => {
  it('keeps IPv4 addresses apart', () => {
    expect(of('192.0.2.7')).toBe('192.0.2.7');
    expect(of('192.0.2.8')).not.toBe(of('192.0.2.7'));
  });

  it('is one for all addresses of a /64', () => {
    const half = fc.array(group, { minLength: 4, maxLength: 4 }).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        expect(of(`${network}:${one}`)).toBe(of(`${network}:${other}`));
      }),
    );
  });

  it('differs between two /64s', () => {
    expect(of('2001:db8:0:1::1')).not.toBe(of('2001:db8:0:2::1'));
    expect(of('2001:db8:0:1::1')).toBe(of('2001:0db8:0000:0001:ffff::'));
  });
});
