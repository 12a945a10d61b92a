import { table } from '../lib.js';
import type { MeasuredDisk } from './measure-disk.js';
import type { MeasuredExport } from './measure-export.js';
import { type Measured, RAW_TIMEOUT } from './measure-question.js';

export interface SizeResult {
  rows: number;
  questions: Measured[];
  export: MeasuredExport | undefined;
}

const ms = (value: number) =>
  value < 9.95 ? value.toFixed(1) : value.toLocaleString('en', { maximumFractionDigits: 0 });
const shortRows = (rows: number) => (rows >= 1e6 ? `${rows / 1e6}M` : `${rows / 1e3}k`);

/** Per question and size: cold, median and p99 of ours, CPU of the service + PostgreSQL an ask, the raw SQL, and the ratio; then how much the largest size costs over the smallest. */
export function questionTable(results: readonly SizeResult[]): string {
  const head = results.flatMap(({ rows }) =>
    ['cold', 'median', 'p99', 'CPU', 'raw', 'raw ÷ ours'].map((name) => `${shortRows(rows)} ${name}`),
  );
  const first = results[0];
  const last = results.at(-1);
  const grows = results.length > 1;
  const names = first?.questions.map(({ question }) => question.name) ?? [];
  const lines = names.map((name) => {
    const measured = results.map(({ questions }) => questions.find(({ question }) => question.name === name));
    const small = measured[0];
    const large = measured.at(-1);
    const bound = large?.question.bound;
    return [
      name,
      ...measured.flatMap((one) => (one ? cells(one) : Array<string>(6).fill(''))),
      ...(grows
        ? [small && large && large.status === 200 ? (large.median / small.median).toFixed(2) : '']
        : []),
      bound === undefined ? '' : `≤ ${bound}${large?.status === 200 && large.p99 > bound ? '  OVER' : ''}`,
      large?.status === 200 ? (large.bytes / 1_024).toFixed(1) : '',
    ];
  });
  const growth = grows ? [`${shortRows(last?.rows ?? 0)} ÷ ${shortRows(first?.rows ?? 0)}`] : [];
  return table([['question (ms)', ...head, ...growth, 'p99 wanted', 'kB'], ...lines]);
}

function cells(measured: Measured): string[] {
  if (measured.status !== 200) return [`answered ${measured.status}`, '', '', '', '', ''];
  const { cold, median, p99, cpu, raw } = measured;
  const ratio = (raw ?? RAW_TIMEOUT) / median;
  const ours = [ms(cold), ms(median), ms(p99), `${cpu.service.toFixed(1)} + ${cpu.postgres.toFixed(1)}`];
  if (raw === null) return [...ours, '—', '—'];
  return [
    ...ours,
    raw === undefined ? `> ${ms(RAW_TIMEOUT)}` : ms(raw),
    `${raw === undefined ? '> ' : ''}${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)}`,
  ];
}

export function exportTable(results: readonly SizeResult[]): string {
  return table([
    [
      'CSV export',
      'first byte',
      'rows',
      'SELECT count',
      'rows/s',
      'MB',
      'RSS before, most, after (MB)',
      'wanted',
    ],
    ...results.flatMap(({ rows, export: of }) => {
      if (!of) return [];
      if (of.status !== 200)
        return [[`of ${shortRows(rows)}`, `answered ${of.status}`, '', '', '', '', '', '']];
      const { before, most, after } = of.rss;
      return [
        [
          `of ${shortRows(rows)}`,
          `${ms(of.firstByte)} ms`,
          of.rows.toLocaleString('en'),
          `${of.counted.toLocaleString('en')}${of.counted === of.rows ? '' : '  DIFFERS'}`,
          ms(of.rowsPerSecond),
          ms(of.megabytes),
          `${ms(before)}, ${ms(most)} (+${ms(most - before)}), ${ms(after)}`,
          '≤ 100 ms, RSS < +50 MB',
        ],
      ];
    }),
  ]);
}

/** Bytes an action, and what they are of its JSON. */
export function diskTable({ actions, parts, listed, sent, grown }: MeasuredDisk): string {
  const ofActions = (part: string) => !/^(business_events|order)/.test(part);
  const line = (part: string, bytes: number) => [
    part,
    (bytes / actions).toFixed(1),
    (bytes / actions / listed).toFixed(3),
    (bytes / actions / sent).toFixed(3),
  ];
  const sum = (wanted: (part: string) => boolean) =>
    parts.reduce((bytes, one) => bytes + (wanted(one.part) ? one.bytes : 0), 0);
  // Every index, at the size that it would have grown to.
  const growth = new Map(grown.map(({ part, bytes }) => [`action_logs index ${part}`, bytes]));
  const asGrown = parts
    .filter(({ part }) => ofActions(part))
    .reduce((bytes, one) => bytes + one.bytes * (growth.get(one.part) ?? 1), 0);
  return [
    table([
      [
        'bytes an action',
        'bytes',
        `÷ JSON as listed (${listed.toFixed(0)})`,
        `÷ JSON as sent (${sent.toFixed(0)})`,
      ],
      ...parts
        .filter(({ part, bytes }) => ofActions(part) && bytes / actions >= 0.05)
        .map(({ part, bytes }) => line(part, bytes)),
      line('all of actions (wanted ≤ 1.0)', sum(ofActions)),
      line('the same, indexes as they grow row by row', asGrown),
      line(
        'beside them: business events, orders',
        sum((part) => !ofActions(part)),
      ),
    ]),
    '',
    table([
      ['index of one day, grown row by row ÷ built at once', 'ratio'],
      ...grown.map(({ part, bytes }) => [part, bytes.toFixed(2)]),
    ]),
  ].join('\n');
}
