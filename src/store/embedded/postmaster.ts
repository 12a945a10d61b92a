import { readFileSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';

/** PostgreSQL's main process. */
export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * Reads `postmaster.pid` of a cluster: line 1 is the pid, line 4 the port, line 8 the status (source: PostgreSQL, miscadmin.h, «lock file»).
 * Undefined when the file is missing or is not yet written out.
 */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/**
 * Whether this pid is the postmaster of this cluster, and alive (stopped counts as alive). A signal alone would be fooled by a pid that
 * now belongs to another process, common where a container starts again, and by a zombie whose parent, pid 1 of a container, never
 * reaps it. Linux tells every user the command line of a process, an empty one for a zombie. About 20 µs.
 */
export function isAlive(pid: number, cluster: string): boolean {
  if (!pidExists(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const folder = args[args.indexOf('-D') + 1] ?? '';
    // A relative folder is one that somebody typed: not ours to doubt.
    return basename(program) === 'postgres' && (!isAbsolute(folder) || realpathSync(folder) === cluster);
  } catch {
    return true;
  }
}

/** Whether any process, a zombie too, has this pid. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
