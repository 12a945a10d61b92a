import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

/** The middle value; of an even number of values the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

export interface Load {
  url: string;
  method?: 'GET' | 'POST';
  body?: string;
  headers?: Record<string, string>;
  connections: number;
  seconds: number;
  /** Requests a second over all connections; without it as many as are answered. */
  rate?: number;
}

export interface LoadResult {
  /** Answers a second. */
  rps: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  max: number;
  non2xx: number;
  errors: number;
}

const autocannonCli = createRequire(import.meta.url).resolve('autocannon');

/** Drives a URL with autocannon in a process of its own, so that the generator's work does not count as ours. */
export async function drive(load: Load): Promise<LoadResult> {
  const args = ['--json', '--no-progress', '-c', String(load.connections), '-d', String(load.seconds)];
  args.push('-m', load.method ?? 'GET');
  if (load.rate !== undefined) args.push('-R', String(Math.round(load.rate)));
  for (const [name, value] of Object.entries(load.headers ?? {})) args.push('-H', `${name}=${value}`);
  if (load.body !== undefined) args.push('-b', load.body);
  const child = spawn(process.execPath, [autocannonCli, ...args, load.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.resume();
  await once(child, 'close');
  const result = JSON.parse(output) as {
    requests: { total: number };
    latency: { p50: number; p99: number; max: number };
    duration: number;
    non2xx: number;
    errors: number;
  };
  return {
    rps: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    non2xx: result.non2xx,
    errors: result.errors,
  };
}

/** A text table with aligned columns; numbers are the caller's to format. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...rest] = rows;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rest.map(line)].join('\n');
}
