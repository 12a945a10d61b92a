import type { Tally } from './tally.js';

const number = (value: number): string => value.toLocaleString('en');

/** Where the run is, in one line. */
export function progressLine(simulatedTime: number, tally: Tally): string {
  const { sent, rejected, waits, lastWait } = tally;
  const time = new Date(simulatedTime).toISOString().slice(0, 19).replace('T', ' ');
  const parts = [
    `${time}Z`,
    `${number(tally.events('order_placed'))} orders`,
    `${number(tally.events('order_delivered'))} delivered`,
    `${number(sent.action)} actions`,
    `${number(sent.event)} events`,
    `${number(sent.metric)} metrics`,
    `${number(rejected)} rejected`,
  ];
  if (waits > 0) parts.push(`waited ${waits} times, last: ${lastWait}`);
  return parts.join('  ');
}

/** Shows a line again and again: on a terminal each second in its place, else every five seconds below each other. */
export function showProgress(output: NodeJS.WriteStream, line: () => string): { stop(): void } {
  const terminal = output.isTTY;
  const show = () => {
    const text = line();
    if (terminal) output.write(`\r\u001b[2K${text.slice(0, Math.max(20, output.columns - 1))}`);
    else output.write(`${text}\n`);
  };
  const timer = setInterval(show, terminal ? 1_000 : 5_000);
  return {
    stop: () => {
      clearInterval(timer);
      show();
      if (terminal) output.write('\n');
    },
  };
}
