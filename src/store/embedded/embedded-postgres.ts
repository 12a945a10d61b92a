import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SettingsError } from '../../config.js';
import { keepFile, replaceFile } from './atomic-file.js';
import { type ClusterHome, openClusterHome } from './cluster-home.js';
import { ClusterServer } from './cluster-server.js';
import { createCluster, NAME } from './create-cluster.js';
import { OwnedElsewhere, OwnerLock } from './owner-lock.js';
import { findPlatformPackage, type PlatformPackage } from './platform-package.js';
import { prepareBinaries } from './prepare-binaries.js';
import type { ServerSettings } from './server-settings.js';
import { Supervisor, type SupervisorLog } from './supervisor.js';

export interface EmbeddedPostgresOptions {
  /** DATA_DIR; made when missing. */
  dataDir: string;
  log: SupervisorLog;
  /** Settings of PostgreSQL that differ from ours, for tests: `{ fsync: 'off' }`. */
  settings?: ServerSettings;
  /** Where the binaries are; default: found among the optional packages. */
  platformPackage?: PlatformPackage;
}

export interface EmbeddedPostgres {
  /** Of the service's database, with its password. Stays the same while the service runs, whatever happens to the server. */
  readonly url: string;
  readonly port: number;
  /** PostgreSQL's data directory. */
  readonly cluster: string;
  /** True when the server was found running, left by a service that was killed. */
  readonly adopted: boolean;
  /** Ends the supervision, then all sessions and the server: in order within 10 s (0.1 s at rest), else without a checkpoint. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL under DATA_DIR, or adopts the one that a killed service left running there, and watches over it until `stop`.
 *
 * - First start 1 s, later ones 0.2 s, adoption 0.05 s.
 * - The server is no child of ours: if this process is killed it runs on, and the next start finds it.
 * - One service a DATA_DIR: a second is refused.
 * - `DATA_DIR/database-url` holds the address for `psql` and the Prisma command line.
 *
 * Throws {@link SettingsError} for what the operator has to settle (no package, a second service, a lost folder).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, settings = {}, platformPackage = await findPlatformPackage() } = options;
  const began = performance.now();
  const home = await openClusterHome(dataDir, log);
  const binaries = await prepareBinaries(platformPackage, home, log);
  const password = await keepFile(
    join(home.dataDir, 'postgres-password'),
    randomBytes(24).toString('base64url'),
  );
  await createCluster({ home, binaries, password, sync: settings.fsync !== 'off' });

  const server = new ClusterServer(home, binaries, settings);
  const urlOf = (port: number, database: string) =>
    `postgresql://${NAME}:${password}@127.0.0.1:${port}/${database}`;
  const { postmaster, lock } = await own(server, (port) => urlOf(port, 'postgres'), home);
  const { port, adopted } = postmaster;
  const url = urlOf(port, NAME);
  const supervisor = new Supervisor({ server, postmaster, lock, adminUrl: urlOf(port, 'postgres'), log });
  const stop = async () => {
    if (await supervisor.stop()) await server.stop();
    await supervisor.release();
  };
  try {
    const { rowCount } = await lock.connection.query('SELECT FROM pg_database WHERE datname = $1', [NAME]);
    if (rowCount === 0) await lock.connection.query(`CREATE DATABASE ${NAME}`);
    await replaceFile(join(home.dataDir, 'database-url'), `${url}\n`);
  } catch (error) {
    await stop();
    throw error;
  }
  const ms = Math.round(performance.now() - began);
  log.info(
    { port, adopted, cluster: home.cluster, ms },
    adopted ? 'PostgreSQL was running: adopted' : 'PostgreSQL started',
  );
  return { url, port, adopted, cluster: home.cluster, stop };
}

/** Finds or starts the server and takes its lock; again from the start if the server that was found went down under our hands. */
async function own(server: ClusterServer, adminUrl: (port: number) => string, home: ClusterHome) {
  for (;;) {
    const postmaster = await server.findOrStart();
    try {
      const lock = await OwnerLock.take(adminUrl(postmaster.port), () => server.isAlive(postmaster));
      return { postmaster, lock };
    } catch (error) {
      if (error instanceof OwnedElsewhere) {
        throw new SettingsError(
          `Another FoodieExpress Tracking service (process ${error.pid ?? 'unknown'}) already uses ${home.dataDir}.\n` +
            'Stop it first, or give this one a DATA_DIR of its own, or let both use one PostgreSQL by DATABASE_URL.',
        );
      }
      if (server.isAlive(postmaster)) throw error;
    }
  }
}
