import { type ActionsPlan, actionColumns, generateActions, metricColumns } from './generate-actions.js';
import { eventColumns, generateOrderEvents, type OrdersPlan } from './generate-order-events.js';
import { PartitionLoader } from './partition-loader.js';

export interface Loaded {
  rows: number;
  seconds: number;
}

type Progress = (text: string) => void;

/** How often progress is reported. */
const EVERY = 500_000;

/** Actions with their service metrics: two COPY streams side by side. With `add` their days may have rows already. */
export async function loadActions(
  url: string,
  plan: ActionsPlan,
  progress: Progress,
  add = false,
): Promise<Loaded> {
  const actions = new PartitionLoader(url, 'action_logs', actionColumns, add);
  const metrics = new PartitionLoader(url, 'service_metrics', metricColumns, add);
  const report = reporter('actions and metrics', plan.rows, progress);
  for (const minute of generateActions(plan)) {
    await actions.write(minute.minute, minute.action_logs);
    await metrics.write(minute.minute, minute.service_metrics);
    report.add(minute.rows);
  }
  await Promise.all([actions.end(), metrics.end()]);
  return report.end();
}

export async function loadOrderEvents(url: string, plan: OrdersPlan, progress: Progress): Promise<Loaded> {
  const events = new PartitionLoader(url, 'business_events', eventColumns);
  const report = reporter('business events', plan.orders * 9, progress);
  for (const minute of generateOrderEvents(plan)) {
    await events.write(minute.minute, minute.business_events);
    report.add(minute.rows);
  }
  await events.end();
  return report.end();
}

function reporter(what: string, about: number, progress: Progress) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  let rows = 0;
  const say = () =>
    progress(
      `${what}: ${rows.toLocaleString('en')} of ${about.toLocaleString('en')}, ${Math.round(rows / seconds())}/s`,
    );
  return {
    add(more: number) {
      const before = Math.floor(rows / EVERY);
      rows += more;
      if (Math.floor(rows / EVERY) > before) say();
    },
    end(): Loaded {
      say();
      return { rows, seconds: seconds() };
    },
  };
}
