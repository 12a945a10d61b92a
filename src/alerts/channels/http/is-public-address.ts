import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** IPv6 that is routed on the Internet at all (RFC 4291, section 2.4; IANA has given out addresses of 2000::/3 alone). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address belongs to the public Internet: whatever IANA's special-purpose registries name (this host, private, shared, link-local with the clouds'
 * metadata at 169.254.169.254, multicast, tunnels and translations such as 6to4, Teredo and NAT64, documentation, reserved) does not. IPv4 inside IPv6
 * (`::ffff:10.0.0.1`) is judged as the IPv4 that it reaches. What cannot be read is not public.
 */
export function isPublicAddress(text: string): boolean {
  const address = readAddress(text);
  if (address?.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast);
}

/** Whether an address is in one of the networks, given as CIDR. */
export function isInNetworks(text: string, networks: readonly string[]): boolean {
  const address = readAddress(text);
  if (!address) return false;
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === address.kind() && (address as ipaddr.IPv6).match(base as ipaddr.IPv6, bits);
  });
}

/** Without a zone (`fe80::1%eth0`), and IPv4-mapped addresses as IPv4. */
function readAddress(text: string): Address | undefined {
  const bare = text.replace(/%.*$/, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}
