import { randomUUID } from 'node:crypto';
import type { AlertView, Notice, NoticeType } from '../../../src/contract/alert.js';

const START = Date.parse('2026-11-26T03:00:00.000Z');
const MINUTE = 60_000;
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

/** An alert of failing payments, as the engine tells it. */
export function alert(changes: Partial<AlertView> = {}): AlertView {
  return {
    id: randomUUID(),
    rule_id: randomUUID(),
    rule_name: 'Payment failures above 20 %',
    kind: 'error_rate',
    severity: 'critical',
    group: { service_name: 'paymentService' },
    status: 'firing',
    summary: '27.4 % of the calls of paymentService failed in 5 minutes (74 of 270); the limit is 20 %.',
    value: 27.4,
    threshold: 20,
    unit: '%',
    values: [3.1, 2.6, 4.4, 3.9, 12.2, 19.6, 21.4, 24.9, 23.8, 27.4].map((value, index) => ({
      at: at(index + 2),
      value,
    })),
    started_at: at(8),
    fired_at: at(11),
    resolved_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    silenced: false,
    runbook_url: 'https://wiki.example.com/runbooks/payments',
    ...changes,
  };
}

export const notice = (type: NoticeType = 'alert.fired', changes: Partial<AlertView> = {}): Notice => ({
  type,
  timestamp: at(type === 'alert.resolved' ? 75 : 11),
  data: alert({
    ...(type === 'alert.resolved' && { status: 'resolved', resolved_at: at(75) }),
    ...changes,
  }),
});
