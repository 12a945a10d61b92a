import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Registry } from 'prom-client';
import { explainFailure } from '../store/explain-failure.js';
import type { Measures, ReplicaFacts } from './facts.js';
import type { JobReport } from './job-report.js';
import type { LatencyProbe } from './latency-probe.js';
import { LoopLag } from './loop-lag.js';
import { metricValue } from './metric-value.js';
import type { PartProvider, PartReport } from './part.js';
import type { PoolSizes } from './pool-sizes.js';
import { RecentCount } from './recent-count.js';
import { serviceVersion } from './service-version.js';
import { within } from './within.js';

export interface OwnFactsOptions {
  replica: string;
  /** Unix ms. */
  clock: () => number;
  pools: Record<'reader' | 'seeker' | 'writer' | 'system', PoolSizes>;
  probe: LatencyProbe;
  queue: { depth: number };
  /** Rows that fit in the queue. */
  queueRows: number;
  metrics: Registry;
  /** A folder on the database's volume, where the database is on this machine. */
  dataFolder?: string | undefined;
  jobs: () => readonly JobReport[];
  parts: readonly PartProvider[];
}

/** Milliseconds that a provider has for its report, and the disk (which may be one on a network) for its own. */
const REPORT_TIMEOUT = 500;
const DROPPED_WINDOW = 300_000;
const MEGABYTE = 1_048_576;

/** What this process knows of itself: read from memory and the disk, so that it is known when nothing else answers. */
export class OwnFacts {
  readonly #options: OwnFactsOptions;
  readonly #lag = new LoopLag();
  readonly #dropped = new RecentCount(DROPPED_WINDOW);
  readonly #host = hostname();
  readonly #version = serviceVersion();
  readonly #startedAt: number;
  #lastLag = { p99: 0, longest: 0 };

  constructor(options: OwnFactsOptions) {
    this.#options = options;
    this.#startedAt = Math.round(options.clock() - process.uptime() * 1_000);
  }

  start(): void {
    this.#lag.start();
  }

  stop(): void {
    this.#lag.stop();
  }

  /** Ends the span that the event loop's lag is measured over; each heartbeat does. */
  takeLag(): void {
    this.#lastLag = this.#lag.take();
  }

  /** As of now, but for the lag and the database's latency, which are those of the last heartbeat. */
  async read(): Promise<ReplicaFacts> {
    const { replica, jobs, parts } = this.#options;
    const [measures, reports] = await Promise.all([this.#measures(), Promise.all(parts.map(reportOf))]);
    return {
      id: replica,
      host: this.#host,
      pid: process.pid,
      version: this.#version,
      started_at: this.#startedAt,
      seen_at: null,
      silent_s: 0,
      measures,
      jobs: jobs(),
      parts: Object.fromEntries(reports),
    };
  }

  async #measures(): Promise<Measures> {
    const { queue, queueRows, metrics, pools, probe, clock } = this.#options;
    const { heapUsed, rss } = process.memoryUsage();
    const all = Object.values(pools);
    const [dropped, live_clients, disk] = await Promise.all([
      metricValue(metrics, 'own_call_rows_dropped_total'),
      metricValue(metrics, 'live_clients'),
      this.#disk(),
    ]);
    const latency = probe.median;
    return {
      ...(latency === undefined ? {} : { database_latency_ms: hundredth(latency) }),
      queue_depth: queue.depth,
      queue_share: hundredth((queue.depth / queueRows) * 100),
      event_loop_lag_ms: tenth(this.#lastLag.p99),
      event_loop_lag_max_ms: tenth(this.#lastLag.longest),
      heap_mb: tenth(heapUsed / MEGABYTE),
      rss_mb: tenth(rss / MEGABYTE),
      ...disk,
      connections_idle: all.reduce((sum, pool) => sum + pool.idleCount, 0),
      connections_waiting: all.reduce((sum, pool) => sum + pool.waitingCount, 0),
      live_clients,
      own_calls_dropped: this.#dropped.note(clock(), dropped),
    };
  }

  async #disk(): Promise<Measures> {
    const { dataFolder } = this.#options;
    if (dataFolder === undefined) return {};
    try {
      const { bsize, blocks, bfree, bavail } = await within(REPORT_TIMEOUT, statfs(dataFolder));
      // As df has it: what only root may use counts neither as free nor as space.
      const usable = blocks - bfree + bavail;
      return { disk_free_bytes: bavail * bsize, disk_free_percent: tenth((bavail / usable) * 100) };
    } catch {
      return {};
    }
  }
}

async function reportOf({ part, report }: PartProvider): Promise<[string, PartReport]> {
  try {
    return [part, await within(REPORT_TIMEOUT, Promise.resolve().then(report))];
  } catch (error) {
    return [
      part,
      { state: 'unknown', why: `It could not be asked: ${explainFailure(error)}.`, figure: null },
    ];
  }
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;
