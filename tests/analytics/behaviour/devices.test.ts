import { describe, expect, it } from 'vitest';
import { addresses } from '../../../src/analytics/behaviour/addresses.js';
import { devices } from '../../../src/analytics/behaviour/devices.js';
import { networkOf } from '../../../src/analytics/behaviour/network-of.js';
import { MINUTE, makeAction, NOON } from './make-action.js';

const iso = (minute: number) => new Date(NOON + minute * MINUTE).toISOString();

describe('devices', () => {
  it('are platform and version, last seen first, without actions that say neither', () => {
    const made = [
      makeAction(NOON, { platform: 'ios', app_version: '1' }),
      makeAction(NOON + MINUTE, { platform: 'ios', app_version: '2' }),
      makeAction(NOON + 2 * MINUTE, { platform: 'ios', app_version: '1' }),
      makeAction(NOON + 3 * MINUTE, { app_version: '1' }),
      makeAction(NOON + 4 * MINUTE),
    ];
    expect(devices(made)).toEqual([
      { platform: null, app_version: '1', actions: 1, first_seen: iso(3), last_seen: iso(3) },
      { platform: 'ios', app_version: '1', actions: 2, first_seen: iso(0), last_seen: iso(2) },
      { platform: 'ios', app_version: '2', actions: 1, first_seen: iso(1), last_seen: iso(1) },
    ]);
  });
});

describe('addresses', () => {
  it('are the 20 that were seen last', () => {
    const made = Array.from({ length: 30 }, (_, index) =>
      makeAction(NOON + index * MINUTE, { ip_address: `192.0.2.${index}` }),
    );
    const listed = addresses([...made, makeAction(NOON + 31 * MINUTE)]);
    expect(listed).toHaveLength(20);
    expect(listed[0]).toEqual({
      ip_address: '192.0.2.29',
      actions: 1,
      first_seen: iso(29),
      last_seen: iso(29),
    });
  });

  it('stand for a /64 where they are IPv6, however they are written', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:0DB8:0001:0002::9')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8::9')).toBe('2001:db8:0:0::/64');
    expect(networkOf('2001:db8:0:0:1::')).toBe('2001:db8:0:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
  });
});
