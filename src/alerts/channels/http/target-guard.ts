import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isInNetworks, isPublicAddress } from './is-public-address.js';

/** A target that nothing is sent to; the message says why, in words for whoever set it. */
export class RefusedTarget extends Error {}

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** All addresses of a name, as the system resolves it (`/etc/hosts` too). */
export type Resolve = (name: string) => Promise<ResolvedAddress[]>;

export const resolveName: Resolve = (name) => dnsLookup(name, { all: true, verbatim: true });

/** Decides where webhooks may go. */
export interface TargetGuard {
  /** The URL, read; throws {@link RefusedTarget} for one that nothing may be sent to, whatever its name resolves to. */
  read(url: string): URL;
  /** Throws {@link RefusedTarget} where the name resolves to a private address just now. A name that does not resolve may do so later. */
  check(url: string): Promise<void>;
  /**
   * For the `lookup` of a connection: what it connects to is what was checked, so a name that resolves to something else a moment later (DNS rebinding) gains
   * nothing.
   */
  lookup: LookupFunction;
}

/** `allowed`: networks (CIDR) that may be reached though they are not public. */
export function guardTargets(allowed: readonly string[], resolve: Resolve = resolveName): TargetGuard {
  const isAllowed = (address: string) => isPublicAddress(address) || isInNetworks(address, allowed);

  const addressesOf = async (name: string): Promise<ResolvedAddress[]> => {
    const addresses = await resolve(name);
    // One private address among public ones is refused too: which one is taken would be chance.
    const bad = addresses.find(({ address }) => !isAllowed(address));
    if (bad) throw new RefusedTarget(`${name} resolves to ${bad.address}, which is no public address`);
    return addresses;
  };

  const read = (text: string): URL => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url) throw new RefusedTarget('is no URL');
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new RefusedTarget('must begin with https:// or http://');
    }
    if (url.username !== '' || url.password !== '') {
      throw new RefusedTarget('must not hold a user or a password');
    }
    // The parser has written 0x7f.1, 2130706433 and 0177.0.0.1 as 127.0.0.1 by now (WHATWG URL, host parsing).
    const literal = hostOf(url);
    if (isIP(literal) !== 0 && !isAllowed(literal)) {
      throw new RefusedTarget(`${literal} is no public address`);
    }
    return url;
  };

  return {
    read,
    async check(text) {
      const host = hostOf(read(text));
      if (isIP(host) !== 0) return;
      try {
        await addressesOf(host);
      } catch (error) {
        if (error instanceof RefusedTarget) throw error;
      }
    },
    lookup(name, options, callback) {
      addressesOf(name).then(
        (addresses) => {
          const [first] = addresses;
          if (!first) return callback(new Error(`${name} has no address`), '');
          if (options.all) return callback(null, addresses);
          return callback(null, first.address, first.family);
        },
        (error: Error) => callback(error, ''),
      );
    },
  };
}

/** Without the brackets of IPv6. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');
