import type { Notice } from '../../../contract/alert.js';
import {
  alertLink,
  facts,
  type NoticeMark,
  noticeMark,
  runbookLink,
  sentence,
  subject,
} from '../notice-words.js';

/** Slack takes 3,000 characters a text and 2,000 a field, and refuses the message over that. */
const LONGEST = 2_900;
const LONGEST_FIELD = 1_900;
/** Fields of a section. */
const MOST_FIELDS = 10;

const signs: Readonly<Record<NoticeMark, string>> = {
  critical: '🔴',
  warning: '🟠',
  info: '🔵',
  resolved: '✅',
  test: '🔔',
};

/** Slack's mrkdwn: these three begin links, mentions and escapes. So nobody's `<!channel>` calls the channel. */
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** What Slack-compatible webhooks take: `blocks` for those that show them, and a `text` that says it all for those that do not. */
export function slackBody(notice: Notice, publicUrl: string | undefined): { text: string; blocks: object[] } {
  const title = `${signs[noticeMark(notice)]} ${subject(notice)}`;
  const list = facts(notice).slice(0, MOST_FIELDS);
  const links = linksOf(notice, publicUrl);
  const written = [
    title,
    sentence(notice),
    list.map(([name, text]) => `${name}: ${text}`).join(' · '),
    ...links.map(([name, url]) => `${name}: ${url}`),
  ];
  return {
    text: cut(escapeText(written.join('\n')), LONGEST),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: cut(`*${escapeText(title)}*`, LONGEST) } },
      { type: 'section', text: { type: 'mrkdwn', text: cut(escapeText(sentence(notice)), LONGEST) } },
      {
        type: 'section',
        fields: list.map(([name, text]) => ({
          type: 'mrkdwn',
          text: cut(`*${escapeText(name)}*\n${escapeText(text)}`, LONGEST_FIELD),
        })),
      },
      ...(links.length > 0
        ? [
            {
              type: 'context',
              elements: [
                {
                  type: 'mrkdwn',
                  text: links.map(([name, url]) => `<${escapeUrl(url)}|${name}>`).join('  ·  '),
                },
              ],
            },
          ]
        : []),
    ],
  };
}

/** In `<url|name>` a bar or a bracket would end the address. */
const escapeUrl = (url: string): string => escapeText(new URL(url).href).replaceAll('|', '%7C');

function linksOf(notice: Notice, publicUrl: string | undefined): [name: string, url: string][] {
  const alert = alertLink(notice, publicUrl);
  const runbook = runbookLink(notice.data);
  return [
    ...(alert === undefined ? [] : [['Open the alert', alert] as [string, string]]),
    ...(runbook === undefined ? [] : [['Runbook', runbook] as [string, string]]),
  ];
}
