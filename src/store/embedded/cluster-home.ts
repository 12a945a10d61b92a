import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SettingsError } from '../../config.js';
import { findServerUser, mayEnter, type ServerUser } from './server-user.js';

/** Where a cluster goes whose server may not enter DATA_DIR: owned by root, so no other user can put anything in its way. */
const SYSTEM_FOLDER = '/var/lib/foodieexpress-tracking';

/** In DATA_DIR: says where the cluster is, when it is not beside this file. */
const POINTER = 'postgres-location';

export interface ClusterHome {
  /** DATA_DIR, absolute and without symbolic links. */
  dataDir: string;
  /** Holds the cluster (`postgres`), its settings and its start log: DATA_DIR itself, or a folder of its own under /var/lib. */
  folder: string;
  /** The cluster, PostgreSQL's own «data directory». */
  cluster: string;
  /** Undefined: the server runs as ourselves. */
  user: ServerUser | undefined;
}

/**
 * Opens DATA_DIR, made with mode 0700 (as root 0710 with the server's group, so that the server may pass through but not list it).
 * A server that runs as another user cannot reach a DATA_DIR below a folder that only root may enter, /root for one: its cluster
 * then lives under /var/lib, and a pointer file in DATA_DIR leads there.
 */
export async function openClusterHome(
  path: string,
  log: { warn(fields: object, message: string): void },
): Promise<ClusterHome> {
  const made = await makeFolder(path);
  const dataDir = await realpath(path);
  const home = async (folder: string) => {
    const cluster = join(folder, 'postgres');
    return { dataDir, folder, cluster, user: await findServerUser(cluster) };
  };

  const pointer = join(dataDir, POINTER);
  const elsewhere = await readFile(pointer, 'utf8').catch(() => undefined);
  if (elsewhere !== undefined) {
    const folder = elsewhere.trim();
    if (await stat(folder).catch(() => undefined)) return home(folder);
    throw new SettingsError(
      `${pointer} says that the database is in ${folder}, and that folder is gone.\n` +
        'Bring it back, or delete the file to begin with an empty database.',
    );
  }

  const here = await home(dataDir);
  if (here.user === undefined) return here;
  if (made) await lendFolder(dataDir, here.user);
  if (await mayEnter(dataDir, here.user)) return here;

  const folder = join(SYSTEM_FOLDER, randomBytes(6).toString('hex'));
  await mkdir(SYSTEM_FOLDER, { recursive: true });
  await chmod(SYSTEM_FOLDER, 0o711);
  await mkdir(folder, { mode: 0o700 });
  await lendFolder(folder, here.user);
  await writeFile(join(folder, 'belongs-to'), `${dataDir}\n`);
  await writeFile(pointer, `${folder}\n`);
  log.warn(
    { data_dir: dataDir, folder },
    'PostgreSQL may not enter DATA_DIR as its user: the database goes elsewhere',
  );
  return home(folder);
}

/** True when the folder was not there. Folders above it keep the mode that the umask gives. */
async function makeFolder(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function lendFolder(folder: string, user: ServerUser): Promise<void> {
  await chown(folder, 0, user.gid);
  await chmod(folder, 0o710);
}
