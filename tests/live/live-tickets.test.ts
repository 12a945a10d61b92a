import { describe, expect, it } from 'vitest';
import { LiveTickets } from '../../src/live/live-tickets.js';

const SECRET = 'a secret of at least thirty-two bytes';
const admin = { kind: 'person', user_id: 'a_1', role: 'admin', issuer: 'self', expires_at: 900_000 } as const;

const at = (start: number) => {
  let now = start;
  return { clock: () => now, pass: (ms: number) => (now += ms) };
};

describe('a live ticket', () => {
  it('stands for whom it was made for, once', () => {
    const tickets = new LiveTickets(SECRET, () => 0);
    const ticket = tickets.issue(admin);
    expect(tickets.redeem(ticket)).toEqual(admin);
    expect(tickets.redeem(ticket)).toBeUndefined();
    expect(tickets.redeem(tickets.issue(admin))).toEqual(admin);
  });

  it('is over after 30 s', () => {
    const { clock, pass } = at(1_000);
    const tickets = new LiveTickets(SECRET, clock);
    const [first, second] = [tickets.issue(admin), tickets.issue(admin)];
    pass(29_999);
    expect(tickets.redeem(first)).toEqual(admin);
    pass(1);
    expect(tickets.redeem(second)).toBeUndefined();
  });

  it('stays used until it is over, however many others are used meanwhile', () => {
    const { clock, pass } = at(0);
    const tickets = new LiveTickets(SECRET, clock);
    const old = tickets.issue(admin);
    pass(10_000);
    expect(tickets.redeem(old)).toEqual(admin);
    pass(19_999);
    tickets.redeem(tickets.issue(admin));
    expect(tickets.redeem(old)).toBeUndefined();
  });

  it('made by one replica is good at another with the same secret, and at no other', () => {
    const ticket = new LiveTickets(SECRET, () => 0).issue(admin);
    expect(new LiveTickets(SECRET, () => 0).redeem(ticket)).toEqual(admin);
    expect(new LiveTickets(`${SECRET}!`, () => 0).redeem(ticket)).toBeUndefined();
  });

  it('that was changed, or is none, is refused', () => {
    const tickets = new LiveTickets(SECRET, () => 0);
    const [payload = '', signature = ''] = tickets.issue(admin).split('.');
    const promoted = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('"a_1"', '"a_2"'),
    ).toString('base64url');
    for (const text of ['', '.', 'x', payload, `${payload}.`, `${promoted}.${signature}`, `.${signature}`]) {
      expect(tickets.redeem(text)).toBeUndefined();
    }
    expect(tickets.redeem(`${payload}.${signature}`)).toEqual(admin);
  });
});
