import { type StdioOptions, spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { draftName } from './atomic-file.js';
import type { ClusterHome } from './cluster-home.js';

/** A program of PostgreSQL ended with another code than 0; the message ends with what it printed. */
export class BinaryFailed extends Error {}

/**
 * Runs a program of PostgreSQL as the server's user and waits for its end. Its output goes through a file, not a pipe: the server that
 * `pg_ctl start` leaves behind inherits it, and would hold a pipe open (or die of one that is closed).
 * Throws {@link BinaryFailed}.
 */
export async function runBinary(program: string, args: string[], home: ClusterHome): Promise<void> {
  const outputFile = draftName(join(home.folder, 'output'));
  const output = await open(outputFile, 'ax', 0o600);
  try {
    const code = await exitCode(program, args, home, ['ignore', output.fd, output.fd]);
    if (code === 0) return;
    const text = (await readFile(outputFile, 'utf8')).slice(-4_000).trim();
    throw new BinaryFailed(`${program} ended with ${code}:\n${text}`);
  } finally {
    await output.close();
    // Windows keeps a file that the server still has open.
    await rm(outputFile).catch(() => undefined);
  }
}

function exitCode(
  program: string,
  args: string[],
  { folder, user }: ClusterHome,
  stdio: StdioOptions,
): Promise<number | string> {
  // PGDATA, PGPORT and the like in our environment are meant for other servers. Messages in English, because some are looked for.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  const env = { ...Object.fromEntries(inherited), LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    // Started where its user may be: initdb gives up in a working directory that it cannot enter.
    const child = spawn(program, args, { cwd: folder, env, stdio, windowsHide: true, ...user });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'no code'));
  });
}
