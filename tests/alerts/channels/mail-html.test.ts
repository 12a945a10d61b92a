import { describe, expect, it } from 'vitest';
import { mailHtml } from '../../../src/alerts/channels/mail/mail-html.js';
import { mailText } from '../../../src/alerts/channels/mail/mail-text.js';
import { notice } from './notice.js';

const content = (...args: Parameters<typeof notice>) => ({
  notice: notice(...args),
  channel: 'On call',
  publicUrl: 'https://t.example.com',
});

describe('a mail', () => {
  it('loads nothing and runs nothing', () => {
    const html = mailHtml(content());
    expect(html).not.toMatch(/<(?:script|img|link|iframe|object|form|svg)\b|url\(|@import|\ssrc=/i);
    expect([...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => new URL(href ?? '').origin)).toEqual([
      'https://t.example.com',
      'https://wiki.example.com',
    ]);
  });

  it('shows text from outside as text', () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&`;
    const html = mailHtml({
      ...content('alert.fired', {
        rule_name: hostile,
        summary: hostile,
        unit: hostile,
        group: { service_name: hostile, user_id: hostile },
        acknowledged_by: hostile,
        runbook_url: `https://wiki.example.com/"onclick="alert(1)`,
      }),
      channel: hostile,
    });
    expect(html).not.toMatch(/<script|<img|"onclick/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('is as much in text', () => {
    const text = mailText(content());
    for (const part of [
      '[critical] Payment failures above 20 % · paymentService',
      '27.4 % of the calls',
      'Service:',
      '3 minutes',
      'https://t.example.com/#/alerts/',
      'https://wiki.example.com/runbooks/payments',
      '03:11  ####################  27.4 %',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('is made of an alert that has no values, no limit and no unit', () => {
    const bare = { values: [], value: null, threshold: null, unit: '', group: {}, runbook_url: null };
    for (const make of [mailHtml, mailText]) {
      const made = make({ ...content('alert.resolved', bare), publicUrl: undefined });
      expect(made).toContain('the platform');
      expect(made).not.toMatch(/NaN|undefined|null|Infinity/);
    }
  });
});
