import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './atomic-file.js';
import type { ClusterHome } from './cluster-home.js';

/** PostgreSQL's settings by name, for `postgresql.conf`. */
export type ServerSettings = Record<string, string>;

/** Beside the cluster, in a folder that only we may write; the cluster's own postgresql.conf includes it. */
const FILE = 'postgres.conf';

/** The line that a new cluster's postgresql.conf ends with. */
export const INCLUDE_LINE = `\ninclude '../${FILE}'\n`;

/**
 * A machine of 1 to 2 GB that the service shares: at most 60 connections (the service itself opens 14), 128 MB of buffers. WAL may
 * grow to 2 GB, so that a checkpoint comes by time (15 min), not by volume, up to 2 MB/s of it.
 */
const DEFAULTS: ServerSettings = {
  // «2xx means committed»: nothing of this is left to a default.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  listen_addresses: '127.0.0.1',
  // A socket's path ends at 107 bytes, which a deep DATA_DIR exceeds.
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  // Compiling a plan costs 100 ms and more, and no question here runs long enough to earn that back.
  jit: 'off',
  // A question whose asker was killed ends within a second. Windows knows no other value than 0.
  client_connection_check_interval: process.platform === 'win32' ? '0' : '1s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // One file for each day of the week, in the cluster's folder `log`; without DETAIL, which quotes values of rows.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** Writes the settings that the next start of the server reads. What an operator set with ALTER SYSTEM stays on top. */
export async function writeServerSettings(
  home: ClusterHome,
  port: number,
  overrides: ServerSettings,
): Promise<void> {
  const settings = Object.entries({ ...DEFAULTS, ...overrides, port: String(port) });
  const lines = settings.map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  const file = join(home.folder, FILE);
  const header = '# Written at each start of the service. Settings of your own: ALTER SYSTEM.';
  await replaceFile(file, `${header}\n${lines.join('\n')}\n`, home.user);
}

/** The port of the last start, so that an address that somebody noted stays right. */
export async function lastPort(home: ClusterHome): Promise<number | undefined> {
  const text = await readFile(join(home.folder, FILE), 'utf8').catch(() => '');
  const port = /^port = '(\d+)'$/m.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}
