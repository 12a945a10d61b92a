import type { Notice } from '../../../contract/alert.js';
import { groupName } from '../../evaluate/plain-words.js';
import {
  alertLink,
  clockTime,
  facts,
  type NoticeMark,
  noticeMark,
  runbookLink,
  sentence,
  subject,
  withUnit,
} from '../notice-words.js';
import { escapeHtml } from './escape-html.js';
import { mailChart } from './mail-chart.js';

export interface MailContent {
  notice: Notice;
  /** The channel's name. */
  channel: string;
  publicUrl: string | undefined;
}

/** Of a mark: its colour on white, and what stands on it in the dark. Each has a contrast of 4.5:1 or more with its ground. */
const colours: Readonly<Record<NoticeMark, { light: string; dark: string; tint: string; darkTint: string }>> =
  {
    critical: { light: '#b42318', dark: '#ff8a80', tint: '#fdeceb', darkTint: '#3b1f1d' },
    warning: { light: '#9a5b00', dark: '#f5b95c', tint: '#fdf3e1', darkTint: '#372a14' },
    info: { light: '#175cd3', dark: '#84b6ff', tint: '#e9f1fe', darkTint: '#1a2940' },
    resolved: { light: '#0b7a48', dark: '#6fd7a2', tint: '#e5f6ee', darkTint: '#163325' },
    test: { light: '#5b42c4', dark: '#b3a4ff', tint: '#efecfc', darkTint: '#282245' },
  };

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
/** Rows of the table of values. */
const ROWS = 5;

/**
 * The mail as HTML, made for mail clients: tables, styles on the elements (some take `<style>` away), no picture, script or address to load. The `<style>` is for the
 * dark and for phones, where it is heeded. All text from outside is escaped.
 */
export function mailHtml({ notice, channel, publicUrl }: MailContent): string {
  const { data } = notice;
  const mark = noticeMark(notice);
  const colour = colours[mark];
  // What is over was as bad as it was.
  const chartColour = mark === 'resolved' ? colours[data.severity] : colour;
  const title = escapeHtml(data.rule_name);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject(notice))}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .outer { padding: 0 !important; }
  .card { border-radius: 0 !important; border-left: 0 !important; border-right: 0 !important; }
  .pad { padding-left: 20px !important; padding-right: 20px !important; }
  .title { font-size: 20px !important; line-height: 26px !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background-color: #0e1116 !important; }
  .card { background-color: #171b22 !important; border-color: #2a303a !important; }
  .text { color: #e6e9ef !important; }
  .muted { color: #98a2b3 !important; }
  .line { border-color: #2a303a !important; }
  .calm { background-color: #434c5a !important; }
  .bar { background-color: ${colour.dark} !important; }
  .mark { background-color: ${chartColour.dark} !important; }
  .badge { background-color: ${colour.darkTint} !important; color: ${colour.dark} !important; }
  .figure { color: ${colour.dark} !important; }
  .button { background-color: #e6e9ef !important; color: #171b22 !important; }
  .plain { color: #e6e9ef !important; border-color: #434c5a !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f2f4f7;">
<div style="display:none;max-height:0;overflow:hidden;opacity:0;">${escapeHtml(sentence(notice))}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f2f4f7;">
<tr><td class="outer" align="center" style="padding:32px 12px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background-color:#ffffff;border:1px solid #dfe4ea;border-radius:12px;border-collapse:separate;overflow:hidden;font-family:${FONT};">
<tr><td class="bar" height="5" style="height:5px;line-height:5px;font-size:1px;background-color:${colour.light};">&nbsp;</td></tr>
<tr><td class="pad" style="padding:26px 32px 0;">
  <span class="badge" style="display:inline-block;padding:3px 10px;border-radius:999px;background-color:${colour.tint};color:${colour.light};font-size:12px;line-height:18px;font-weight:700;letter-spacing:.04em;text-transform:uppercase;">${escapeHtml(mark)}</span>
  <div class="title text" style="padding-top:12px;font-size:23px;line-height:30px;font-weight:700;color:#101828;word-break:break-word;" role="heading" aria-level="1">${title}</div>
  <div class="muted" style="padding-top:2px;font-size:15px;line-height:22px;color:#667085;word-break:break-word;">${escapeHtml(groupName(data.group))}</div>
  <div class="text" style="padding-top:16px;font-size:16px;line-height:24px;color:#344054;word-break:break-word;">${escapeHtml(sentence(notice))}</div>
</td></tr>
${figure(notice, chartColour.light)}
${buttons(notice, publicUrl)}
<tr><td class="pad" style="padding:22px 32px 0;">${factTable(notice)}</td></tr>
${valueTable(notice)}
<tr><td class="pad" style="padding:26px 32px 26px;">
  <div class="muted line" style="border-top:1px solid #dfe4ea;padding-top:16px;font-size:12px;line-height:18px;color:#667085;">FoodieExpress Tracking sent this to the channel «${escapeHtml(channel)}». All times are UTC.</div>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

/** The newest value, large while it is the news, over the chart. */
function figure({ type, data }: Notice, colour: string): string {
  const chart = mailChart(data, colour);
  if (type === 'alert.resolved')
    return chart && `<tr><td class="pad" style="padding:20px 32px 0;">${chart}</td></tr>`;
  if (data.value === null && chart === '') return '';
  const limit =
    data.threshold === null
      ? ''
      : `<span class="muted" style="font-size:14px;color:#667085;white-space:nowrap;">limit ${escapeHtml(withUnit(data.threshold, data.unit))}</span>`;
  const value =
    data.value === null
      ? ''
      : `<div style="padding-bottom:10px;"><span class="figure" style="font-size:32px;line-height:38px;font-weight:700;color:${colour};padding-right:10px;white-space:nowrap;">${escapeHtml(withUnit(data.value, data.unit))}</span>${limit}</div>`;
  return `<tr><td class="pad" style="padding:20px 32px 0;">${value}${chart}</td></tr>`;
}

function factTable(notice: Notice): string {
  const rows = facts(notice).filter(([name]) => name !== 'Value' && name !== 'Limit');
  return table(
    rows.map(
      ([name, text]) =>
        `<tr><td class="muted line" valign="top" style="${CELL}width:124px;color:#667085;">${escapeHtml(name)}</td>` +
        `<td class="text line" valign="top" style="${CELL}color:#101828;word-break:break-word;">${escapeHtml(text)}</td></tr>`,
    ),
  );
}

/** The newest values as figures, newest first; a single one stands above already. */
function valueTable({ data }: Notice): string {
  const newest = data.values.slice(-ROWS).reverse();
  if (newest.length < 2) return '';
  const rows = newest.map(
    ({ at, value }) =>
      `<tr><td class="muted line" style="${CELL}width:124px;color:#667085;">${clockTime(at)}</td>` +
      `<td class="text line" style="${CELL}color:#101828;font-variant-numeric:tabular-nums;">${escapeHtml(withUnit(value, data.unit))}</td></tr>`,
  );
  return `<tr><td class="pad" style="padding:22px 32px 0;"><div class="text" style="font-size:14px;line-height:20px;font-weight:700;color:#101828;padding-bottom:6px;">Newest values</div>${table(rows)}</td></tr>`;
}

const CELL = 'padding:8px 8px 8px 0;border-top:1px solid #edf0f3;font-size:14px;line-height:20px;';

const table = (rows: readonly string[]): string =>
  `<table width="100%" cellpadding="0" cellspacing="0" border="0">${rows.join('')}</table>`;

function buttons(notice: Notice, publicUrl: string | undefined): string {
  const link = alertLink(notice, publicUrl);
  const runbook = runbookLink(notice.data);
  const look =
    'display:inline-block;padding:10px 18px;margin:0 8px 8px 0;border-radius:8px;font-size:15px;line-height:20px;font-weight:600;text-decoration:none;';
  const filled = `${look}background-color:#101828;color:#ffffff;border:1px solid #101828;`;
  const outlined = `${look}color:#101828;border:1px solid #c3cbd6;`;
  const all = [
    ...(link === undefined
      ? []
      : [`<a class="button" href="${escapeHtml(link)}" style="${filled}">Open the alert</a>`]),
    ...(runbook === undefined
      ? []
      : [`<a class="plain" href="${escapeHtml(runbook)}" style="${outlined}">Runbook</a>`]),
  ];
  return all.length === 0 ? '' : `<tr><td class="pad" style="padding:24px 32px 0;">${all.join('')}</td></tr>`;
}
