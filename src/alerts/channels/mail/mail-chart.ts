import type { AlertView } from '../../../contract/alert.js';
import { clockTime, withUnit } from '../notice-words.js';
import { escapeHtml } from './escape-html.js';

/** Columns that fit a phone, 380 px wide. */
const MOST = 30;
const HEIGHT = 84;
/** Pixels of the smallest column, so that zero is seen to be a value. */
const LEAST = 2;

interface Column {
  title: string;
  /** Pixels. */
  height: number;
  isBeyond: boolean;
}

/**
 * The values as columns made of table cells, which every mail client draws (Gmail takes SVG away, Outlook never had it, pictures from elsewhere are blocked).
 * Two rows, above and below the limit, with the limit as the line between them; what is beyond it has the colour of the severity. Empty where there are fewer
 * than two values.
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
  const pixels = (height: number) => Math.round((Math.abs(height) / top) * HEIGHT);
  const isBeyond = beyond(threshold, value ?? last.value);
  const columns = shown.map((one) => ({
    title: escapeHtml(`${clockTime(one.at)} UTC: ${withUnit(one.value, unit)}`),
    height: Math.max(LEAST, pixels(one.value)),
    isBeyond: isBeyond(one.value),
  }));
  const line = threshold === null ? HEIGHT : pixels(threshold);
  const above = HEIGHT - line;
  const label = 'font-size:12px;line-height:18px;padding-top:4px;border-top:1px solid #dfe4ea;color:#667085;';
  return `
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;">
  ${above > 0 ? rowOf(columns, above, (height) => Math.max(0, height - line), colour, line > 0) : ''}
  ${line > 0 ? rowOf(columns, line, (height) => Math.min(height, line), colour, false) : ''}
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
  <tr>
    <td class="muted line" align="left" style="${label}">${clockTime(first.at)}</td>
    <td class="muted line" align="right" style="${label}">${clockTime(last.at)} UTC</td>
  </tr>
</table>`;
}

/** The part of each column that is in this row; under it the limit's line, where it is the upper row. */
function rowOf(
  columns: readonly Column[],
  height: number,
  partOf: (height: number) => number,
  colour: string,
  isUpper: boolean,
): string {
  const line = isUpper ? 'border-bottom:2px dashed #98a2b3;' : '';
  const cells = columns.map((column) => {
    const part = partOf(column.height);
    const goesOn = !isUpper && column.height > part;
    const look = column.isBeyond ? { name: 'mark', colour } : { name: 'calm', colour: '#c3cbd6' };
    const bar =
      part === 0
        ? ''
        : `<div class="${look.name}" style="height:${part}px;line-height:${part}px;font-size:1px;background-color:${look.colour};border-radius:${goesOn ? '0' : '2px 2px 0 0'};">&nbsp;</div>`;
    return (
      `<td valign="bottom" height="${height}" title="${column.title}" ` +
      `style="height:${height}px;padding:0 1px;vertical-align:bottom;font-size:1px;line-height:1px;${line}">${bar}</td>`
    );
  });
  return `<tr>${cells.join('')}</tr>`;
}

/** Which side of the limit is the bad one is where the value is that fired; without a limit nothing is told apart. */
function beyond(threshold: number | null, fired: number): (value: number) => boolean {
  if (threshold === null) return () => true;
  return fired >= threshold ? (value) => value >= threshold : (value) => value <= threshold;
}
