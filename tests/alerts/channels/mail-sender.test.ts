import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMailSender } from '../../../src/alerts/channels/mail/mail-sender.js';
import { type MailServer, openMailServer, partOf, subjectOf } from './mail-server.js';
import { notice } from './notice.js';

let server: MailServer;
beforeEach(async () => {
  server = await openMailServer();
});
afterEach(() => server.close());

const send = (
  options: {
    to?: string[];
    url?: string;
    timeout?: number;
    id?: string;
    told?: ReturnType<typeof notice>;
  } = {},
) =>
  openMailSender({
    url: options.url ?? server.url,
    from: 'FoodieExpress Tracking <tracking@foodie.example>',
    publicUrl: 'https://t.example.com',
    ...(options.timeout && { timeout: options.timeout }),
  }).send(
    {
      id: options.id ?? randomUUID(),
      notice: options.told ?? notice(),
      to: options.to ?? ['on-call@example.com'],
      channel: 'On call',
    },
    new AbortController().signal,
  );

describe('a mail', () => {
  it('arrives as text and HTML, under the id of its delivery', async () => {
    const id = randomUUID();
    expect(await send({ id })).toMatchObject({ result: 'delivered', status_code: 250, error: null });
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'tracking@foodie.example', to: ['on-call@example.com'] });
    expect(mail?.source).toContain(`Message-ID: <${id}@foodie.example>`);
    expect(mail && subjectOf(mail)).toBe('[critical] Payment failures above 20 % · paymentService');
    expect(mail?.source).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(mail && partOf(mail, 'text/plain')).toContain('Limit:   20 %');
    expect(mail && partOf(mail, 'text/html')).toContain('<title>[critical] Payment failures above 20 % ·');
  });

  it('of a hostile rule has no header but ours', async () => {
    await send({
      told: notice('alert.fired', { rule_name: 'x\r\nBcc: thief@evil.example\r\n\r\n<script>' }),
    });
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['on-call@example.com']);
    const headers = mail?.source.split('\r\n\r\n', 1)[0] ?? '';
    expect(headers).not.toMatch(/^Bcc/im);
  });

  it('that is refused for good is not tried again', async () => {
    server.refuse = () => 550;
    expect(await send()).toMatchObject({
      result: 'failed',
      status_code: 550,
      error: expect.stringContaining('on-call@example.com'),
    });
  });

  it('that is refused for now is', async () => {
    server.refuse = () => 451;
    expect(await send()).toMatchObject({ result: 'retry', status_code: 451, reached: [] });
  });

  it('is tried again for those addresses only that did not take it', async () => {
    const to = ['a@example.com', 'b@example.com', 'c@example.com'];
    server.refuse = (address) => ({ 'b@example.com': 451, 'c@example.com': 550 })[address];
    expect(await send({ to })).toMatchObject({ result: 'retry', reached: ['a@example.com'] });
    server.refuse = (address) => (address === 'c@example.com' ? 550 : undefined);
    expect(await send({ to })).toMatchObject({
      result: 'delivered',
      reached: ['a@example.com', 'b@example.com'],
      error: expect.stringContaining('c@example.com'),
    });
  });

  it('is tried again where there is no server, or one that says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await send({ url: `smtp://127.0.0.1:${port}`, timeout: 200 })).toMatchObject({
      result: 'retry',
      status_code: null,
    });
    await new Promise((resolve) => silent.close(resolve));
    expect(await send({ url: `smtp://127.0.0.1:${port}` })).toMatchObject({
      result: 'retry',
      status_code: null,
    });
  });
});
