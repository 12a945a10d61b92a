import { describe, expect, it } from 'vitest';
import {
  alertLink,
  durationInWords,
  facts,
  runbookLink,
  sentence,
  subject,
  timeInUtc,
} from '../../../src/alerts/channels/notice-words.js';
import { notice } from './notice.js';

const MINUTE = 60_000;

describe('a subject', () => {
  it('says how bad, what and about whom', () => {
    expect(subject(notice())).toBe('[critical] Payment failures above 20 % · paymentService');
    expect(subject(notice('alert.resolved'))).toBe('[resolved] Payment failures above 20 % · paymentService');
    expect(subject(notice('channel.test'))).toMatch(/^\[test\] /);
    expect(subject(notice('alert.fired', { group: {} }))).toMatch(/ · the platform$/);
  });

  it('is one line of at most 200 characters, whatever a name holds', () => {
    const hostile = subject(
      notice('alert.fired', { rule_name: `a\r\nBcc: x@y.z\u2028b\u0000c ${'long '.repeat(100)}` }),
    );
    expect(hostile).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(hostile.length).toBe(200);
  });
});

describe('durations', () => {
  it.each([
    [0, 'less than a minute'],
    [29_000, 'less than a minute'],
    [MINUTE, '1 minute'],
    [12 * MINUTE, '12 minutes'],
    [59.9 * MINUTE, '1 hour'],
    [65 * MINUTE, '1 hour 5 minutes'],
    [25 * 60 * MINUTE, '1 day 1 hour'],
    [(49 * 60 + 30) * MINUTE, '2 days 1 hour'],
  ])('(%i ms) are words', (ms, words) => expect(durationInWords(ms)).toBe(words));
});

describe('a notice', () => {
  it('tells what there is to know', () => {
    expect(Object.fromEntries(facts(notice()))).toEqual({
      Service: 'paymentService',
      Value: '27.4 %',
      Limit: '20 %',
      Since: '26 Nov 2026, 03:08 UTC',
      For: '3 minutes',
    });
  });

  it('that is over says how long it lasted', () => {
    expect(Object.fromEntries(facts(notice('alert.resolved')))).toMatchObject({
      Resolved: '26 Nov 2026, 04:15 UTC',
      Lasted: '1 hour 7 minutes',
    });
    expect(sentence(notice('alert.resolved'))).toMatch(
      /^It is over, after 1 hour 7 minutes\. It was: 27\.4 %/,
    );
  });

  it('links to the service where its address is known, and to runbooks that are web pages', () => {
    const { data } = notice();
    expect(alertLink({ ...notice(), data }, 'https://t.example.com/')).toBe(
      `https://t.example.com/#/alerts/${data.id}`,
    );
    expect(alertLink(notice(), undefined)).toBeUndefined();
    expect(alertLink(notice('channel.test'), 'https://t.example.com')).toBeUndefined();
    expect(runbookLink(data)).toBe('https://wiki.example.com/runbooks/payments');
    expect(runbookLink({ ...data, runbook_url: 'javascript:alert(1)' })).toBeUndefined();
    expect(runbookLink({ ...data, runbook_url: 'see the wiki' })).toBeUndefined();
  });
});

it('times are UTC', () => expect(timeInUtc('2026-01-02T23:59:59.999Z')).toBe('2 Jan 2026, 23:59 UTC'));
