import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterHome } from './cluster-home.js';
import { freePort } from './free-port.js';
import { isAlive, type Postmaster, pidExists, readPostmaster } from './postmaster.js';
import type { Binaries } from './prepare-binaries.js';
import { BinaryFailed, runBinary } from './run-binary.js';
import { lastPort, type ServerSettings, writeServerSettings } from './server-settings.js';

/** How long pg_ctl waits for a server that replays its log after a crash, in seconds: 2 GB of WAL take about 30. */
const START_TIMEOUT = 120;

/** Seconds for the checkpoint of an orderly stop, which ends all sessions first; after that it stops without, and recovers at the next start. */
const STOP_TIMEOUT = 10;

/** What a start may run into that passes: the port was taken meanwhile; old backends still hold the shared memory; a start beside ours. */
const PASSING = /address already in use|shared memory block|lock file "postmaster.pid"/i;

const ATTEMPTS = 12;

/** The server of one cluster: found, started and stopped with pg_ctl, so that it outlives a service that is killed. */
export class ClusterServer {
  constructor(
    private readonly home: ClusterHome,
    private readonly binaries: Binaries,
    private readonly settings: ServerSettings,
  ) {}

  /** The running server, if it runs. */
  async find(): Promise<Postmaster | undefined> {
    const postmaster = await readPostmaster(this.home.cluster);
    return postmaster && this.isAlive(postmaster) ? postmaster : undefined;
  }

  isAlive({ pid }: Postmaster): boolean {
    return isAlive(pid, this.home.cluster);
  }

  /** Finds the running server, else starts one on the port of the last time or a free one; tells which it was. */
  async findOrStart(): Promise<Postmaster & { adopted: boolean }> {
    for (let attempt = 1; ; attempt++) {
      const running = await this.find();
      if (running) return { ...running, adopted: true };
      await writeServerSettings(this.home, await freePort(await lastPort(this.home)), this.settings);
      try {
        return { ...(await this.start()), adopted: false };
      } catch (error) {
        if (!(error instanceof BinaryFailed && PASSING.test(error.message)) || attempt === ATTEMPTS)
          throw error;
        await sleep(100 * attempt);
      }
    }
  }

  /** Starts the server on the port that its settings name, and waits until it answers. Throws {@link BinaryFailed}. */
  async start(): Promise<Postmaster> {
    await this.removeStalePid();
    await this.pgCtl('start', '--wait', `--timeout=${START_TIMEOUT}`);
    const postmaster = await this.find();
    if (!postmaster) throw new Error('PostgreSQL started and is gone again; its log says why');
    return postmaster;
  }

  async stop(): Promise<void> {
    try {
      await this.pgCtl('stop', '--mode=fast', '--wait', `--timeout=${STOP_TIMEOUT}`);
    } catch (error) {
      if (!(await this.find())) return;
      await this.pgCtl('stop', '--mode=immediate', '--wait', `--timeout=${STOP_TIMEOUT}`).catch(
        (second: unknown) => {
          throw new AggregateError([error, second], 'PostgreSQL does not stop');
        },
      );
    }
  }

  /**
   * A crashed server's pid that another process has now makes PostgreSQL refuse to start for ever. Only then the file goes: that no old
   * backend is left PostgreSQL checks apart from it, by the shared memory whose key is the cluster's inode.
   */
  private async removeStalePid(): Promise<void> {
    const old = await readPostmaster(this.home.cluster);
    if (old && pidExists(old.pid) && !this.isAlive(old))
      await unlink(join(this.home.cluster, 'postmaster.pid')).catch(() => undefined);
  }

  private pgCtl(...args: string[]): Promise<void> {
    return runBinary(this.binaries.pgCtl, [...args, `--pgdata=${this.home.cluster}`], this.home);
  }
}
