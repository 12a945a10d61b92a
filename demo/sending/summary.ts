import type { Clock } from '../plan-clock.js';
import type { Tally } from './tally.js';

const number = (value: number): string => value.toLocaleString('en');
const iso = (time: number): string => new Date(time).toISOString();

export interface Played {
  tally: Tally;
  clock: Clock;
  /** Simulated ms that were played. */
  reached: number;
  url: string;
  email: string;
}

/** What was made, and how to look at it. */
export function summary({ tally, clock, reached, url, email }: Played): string {
  const { sent, duplicate, rejected, reasons } = tally;
  const kinds = [
    'order_placed',
    'order_delivered',
    'order_rejected',
    'order_cancelled',
    'payment_failed',
    'dispute_opened',
  ];
  const lines = [
    '',
    `Simulated ${iso(clock.start)} to ${iso(clock.start + reached)}`,
    `Sent      ${number(sent.action)} actions, ${number(sent.event)} events, ${number(sent.metric)} service metrics`,
    `Orders    ${kinds.map((kind) => `${number(tally.events(kind))} ${kind.replace('order_', '')}`).join(', ')}`,
  ];
  if (duplicate > 0) lines.push(`Known     ${number(duplicate)} of them were stored before`);
  if (rejected > 0)
    lines.push(`REJECTED  ${number(rejected)}, such as`, ...reasons.map((reason) => `  ${reason}`));
  return `${[...lines, '', ...questions({ url, email, tally })].join('\n')}\n`;
}

function questions({ url, email, tally }: Pick<Played, 'url' | 'email' | 'tally'>): string[] {
  const login = `-H 'Content-Type: application/json' -d '{"email": "${email}", "password": "…"}'`;
  const ask = (path: string) => `  curl -s '${url}${path}' -H "Authorization: Bearer $TOKEN"`;
  return [
    'Look at it (the first line signs in):',
    `  TOKEN=$(curl -s ${url}/api/auth/login ${login} | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')`,
    ask('/analytics?timeframe=daily'),
    ask(`/analytics/users/${tally.busiestCustomer() ?? 'u_1'}`),
    ask('/api/actions?service_name=paymentService&success=false'),
    ...(tally.lastOrder === undefined ? [] : [`  An order that was delivered: ${tally.lastOrder}`]),
  ];
}
