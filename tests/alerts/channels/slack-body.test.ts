import { describe, expect, it } from 'vitest';
import { slackBody } from '../../../src/alerts/channels/slack/slack-body.js';
import { notice } from './notice.js';

describe('a Slack message', () => {
  it('says all without its blocks', () => {
    const { text } = slackBody(notice(), 'https://t.example.com');
    expect(text).toContain('[critical] Payment failures above 20 % · paymentService');
    expect(text).toContain('27.4 % of the calls of paymentService failed');
    expect(text).toContain('Limit: 20 %');
    expect(text).toContain('https://t.example.com/#/alerts/');
    expect(text).toContain('https://wiki.example.com/runbooks/payments');
  });

  it('calls nobody and links nowhere, whatever names and summaries hold', () => {
    const hostile = '<!channel> <@U1> <https://evil.example|click> & *b*';
    const body = slackBody(
      notice('alert.fired', { rule_name: hostile, summary: hostile, group: { user_id: hostile } }),
      undefined,
    );
    expect(JSON.stringify(body)).not.toMatch(/<(?!https:\/\/wiki\.example\.com)/);
  });

  it('keeps to the lengths that Slack takes', () => {
    const long = 'é&<'.repeat(3_000);
    const group = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`label_${index}`, long]));
    const { text, blocks } = slackBody(
      notice('alert.fired', { rule_name: long, summary: long, group }),
      undefined,
    );
    expect(text.length).toBeLessThanOrEqual(3_000);
    for (const block of blocks as { text?: { text: string }; fields?: { text: string }[] }[]) {
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
      expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
      for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
    }
  });
});
