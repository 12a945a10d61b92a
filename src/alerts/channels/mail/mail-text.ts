import { alertLink, clockTime, facts, runbookLink, sentence, subject, withUnit } from '../notice-words.js';
import type { MailContent } from './mail-html.js';

/** Values in the list. */
const SHOWN = 12;

/** The mail for those who read text: the same, and as much. */
export function mailText({ notice, channel, publicUrl }: MailContent): string {
  const { data } = notice;
  const link = alertLink(notice, publicUrl);
  const runbook = runbookLink(data);
  const list = facts(notice);
  const width = Math.max(...list.map(([name]) => name.length));
  const values = data.values.slice(-SHOWN);
  const most = Math.max(...values.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const parts = [
    subject(notice),
    sentence(notice),
    list.map(([name, text]) => `${`${name}:`.padEnd(width + 2)}${text}`).join('\n'),
    values
      .map(({ at, value }) => {
        const bar = '#'.repeat(Math.round((Math.abs(value) / most) * 20));
        return `${clockTime(at)}  ${bar.padEnd(20)}  ${withUnit(value, data.unit)}`;
      })
      .join('\n'),
    [link && `The alert: ${link}`, runbook && `Runbook:   ${runbook}`].filter(Boolean).join('\n'),
    `-- \nFoodieExpress Tracking sent this to the channel «${channel}».`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
