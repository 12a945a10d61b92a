import type { AlertView } from '../../../contract/alert.js';
import { clockTime, withUnit } from '../notice-words.js';
import { escapeHtml } from './escape-html.js';

/** Columns that fit a phone, 380 px wide. */
const MOST = 30;
const HEIGHT = 72;
/** Pixels of the smallest column, so that zero is seen to be a value. */
const LEAST = 2;

/**
 * The values as columns made of table cells, which every mail client draws (Gmail takes SVG away, Outlook never had it, pictures from elsewhere are blocked).
 * Beyond the limit they have the colour of the severity. Empty where there are fewer than two values.
 */
export function mailChart({ values, threshold, value, unit }: AlertView, colour: string): string {
  const shown = values.slice(-MOST);
  const [first] = shown;
  const last = shown.at(-1);
  if (shown.length < 2 || !first || !last) return '';
  const top = Math.max(
    ...shown.map((one) => Math.abs(one.value)),
    Math.abs(threshold ?? 0),
    Number.MIN_VALUE,
  );
  const isBeyond = beyond(threshold, value ?? last.value);
  const columns = shown.map(({ at, value: height }) => {
    const pixels = Math.max(LEAST, Math.round((Math.abs(height) / top) * HEIGHT));
    const title = escapeHtml(`${clockTime(at)} UTC: ${withUnit(height, unit)}`);
    const look = isBeyond(height) ? { class: 'mark', colour } : { class: 'calm', colour: '#c3cbd6' };
    return (
      `<td valign="bottom" height="${HEIGHT}" style="height:${HEIGHT}px;padding:0 1px;vertical-align:bottom;" title="${title}">` +
      `<div class="${look.class}" style="height:${pixels}px;line-height:${pixels}px;font-size:1px;` +
      `background-color:${look.colour};border-radius:2px 2px 0 0;">&nbsp;</div></td>`
    );
  });
  const count = shown.length;
  const label = 'font-size:12px;line-height:18px;padding-top:4px;border-top:1px solid #dfe4ea;color:#667085;';
  return `
<table role="presentation" class="line" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;">
  <tr>${columns.join('')}</tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
  <tr>
    <td class="muted line" align="left" style="${label}">${clockTime(first.at)}</td>
    <td class="muted line" align="center" style="${label}">${count} values, at most ${escapeHtml(withUnit(Math.max(...shown.map((one) => one.value)), unit))}</td>
    <td class="muted line" align="right" style="${label}">${clockTime(last.at)} UTC</td>
  </tr>
</table>`;
}

/** Which side of the limit is the bad one is where the value is that fired; without a limit nothing is told apart. */
function beyond(threshold: number | null, fired: number): (value: number) => boolean {
  if (threshold === null) return () => true;
  return fired >= threshold ? (value) => value >= threshold : (value) => value <= threshold;
}
