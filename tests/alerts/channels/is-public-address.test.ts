import { describe, expect, it } from 'vitest';
import { isInNetworks, isPublicAddress } from '../../../src/alerts/channels/http/is-public-address.js';

describe('an address is public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '::ffff:8.8.8.8',
  ])('(%s)', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('an address is not', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '5f00::1',
    '4000::1',
    'localhost',
    '',
    '1.2.3.4.5',
  ])('(%s)', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('networks', () => {
  it('hold their own addresses only, of their own family', () => {
    const networks = ['10.20.0.0/16', 'fd00::/8'];
    const held = ['10.20.0.1', '10.20.255.255', '::ffff:10.20.3.4', 'fd12::1'];
    const others = ['10.21.0.1', '127.0.0.1', 'fc00::1', '::1', 'nothing'];
    expect(held.filter((address) => !isInNetworks(address, networks))).toEqual([]);
    expect(others.filter((address) => isInNetworks(address, networks))).toEqual([]);
  });
});
