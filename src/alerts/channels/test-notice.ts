import type { Notice } from '../../contract/alert.js';

const MINUTE = 60_000;
/** Made up, and looking like the real thing. */
const VALUES = [4.1, 3.8, 5.2, 4.4, 9.7, 14.9, 21.6, 24.3, 27.4];

/** The notice of a channel's test: a made-up alert that says so, so that people see what they will get. */
export function testNotice(id: string, now: number): Notice {
  const inIso = (unixMs: number) => new Date(unixMs).toISOString();
  return {
    type: 'channel.test',
    timestamp: inIso(now),
    data: {
      id,
      rule_id: id,
      rule_name: 'Test of this channel',
      kind: 'error_rate',
      severity: 'info',
      group: { service_name: 'exampleService' },
      status: 'firing',
      summary:
        'Nothing is wrong: an admin tests this channel. Alerts will look like this one; its figures are made up.',
      value: 27.4,
      threshold: 20,
      unit: '%',
      values: VALUES.map((value, index) => ({
        at: inIso(now - (VALUES.length - 1 - index) * MINUTE),
        value,
      })),
      started_at: inIso(now - 2 * MINUTE),
      fired_at: inIso(now),
      resolved_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
      silenced: false,
      runbook_url: null,
    },
  };
}
