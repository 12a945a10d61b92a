import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const TICK = 10;

/** CPU ms that a service and its PostgreSQL's connections have used so far; without what autovacuum and checkpoints do beside them. */
export async function cpuTime(
  servicePid: number,
  cluster: string,
): Promise<{ service: number; postgres: number }> {
  const postmaster = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n', 1)[0] ?? '';
  let postgres = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await statOf(pid);
    if (stat?.parent !== postmaster) continue;
    // «postgres: user database 127.0.0.1(40204) idle»; others have no address.
    const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/\(\d+\)/.test(title)) postgres += stat.time;
  }
  return { service: (await statOf(String(servicePid)))?.time ?? 0, postgres };
}

/** A process that ends meanwhile has none. */
async function statOf(pid: string) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name, in parentheses, may hold anything; after it fields are separated by spaces, from the third on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: fields[1], time: (Number(fields[11]) + Number(fields[12])) * TICK };
}
