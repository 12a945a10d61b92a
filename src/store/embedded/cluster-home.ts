import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SettingsError } from '../../config.js';
import { draftName, keepFile } from './atomic-file.js';
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
  await makeDataDir(path);
  const dataDir = await realpath(path);
  const pointer = join(dataDir, POINTER);
  let folder = (await readFile(pointer, 'utf8').catch(() => undefined))?.trim();
  if (folder === undefined) {
    const here = await homeIn(dataDir, dataDir);
    if (here.user === undefined || (await mayEnter(dataDir, here.user))) return here;
    if (await stat(here.cluster).catch(() => undefined)) {
      throw new SettingsError(
        `The database in ${here.cluster} belongs to the user with uid ${here.user.uid}, who may not enter that folder any more.\n` +
          'Let that user through all folders above it (chmod o+x), or move DATA_DIR to where that is so.',
      );
    }
    const made = await makeSystemFolder(dataDir, here.user);
    folder = (await keepFile(pointer, `${made}\n`)).trim();
    if (folder !== made) await rm(made, { recursive: true });
    log.warn(
      { data_dir: dataDir, folder },
      'PostgreSQL may not enter DATA_DIR as its user: the database goes elsewhere',
    );
  }
  if (await stat(folder).catch(() => undefined)) return homeIn(dataDir, folder);
  throw new SettingsError(
    `${pointer} says that the database is in ${folder}, and that folder is gone.\n` +
      'Bring it back, or delete the file to begin with an empty database.',
  );
}

async function homeIn(dataDir: string, folder: string): Promise<ClusterHome> {
  const cluster = join(folder, 'postgres');
  return { dataDir, folder, cluster, user: await findServerUser(cluster) };
}

/** Folders above it keep the mode that the umask gives. One that exists is left as it is, unless it is root's own and empty. */
async function makeDataDir(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there) {
    const user = await findServerUser(path);
    if (user && there.uid === 0 && (await readdir(path)).length === 0) await lendFolder(path, user);
    return;
  }
  const absolute = resolve(path);
  await mkdir(dirname(absolute), { recursive: true });
  // Complete before it has its name: a second start must not find it closed to the server.
  const draft = draftName(absolute);
  await makeFolder(draft, await findServerUser(absolute));
  try {
    await rename(draft, absolute);
  } catch {
    // Somebody else has made it meanwhile, or the caller's realpath says what is wrong.
    await rmdir(draft);
  }
}

async function makeSystemFolder(dataDir: string, user: ServerUser): Promise<string> {
  await mkdir(SYSTEM_FOLDER, { recursive: true });
  await chmod(SYSTEM_FOLDER, 0o711);
  const folder = join(SYSTEM_FOLDER, randomBytes(6).toString('hex'));
  await makeFolder(folder, user);
  await writeFile(join(folder, 'belongs-to'), `${dataDir}\n`);
  return folder;
}

async function makeFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (user !== undefined) await lendFolder(folder, user);
}

async function lendFolder(folder: string, user: ServerUser): Promise<void> {
  await chown(folder, 0, user.gid);
  await chmod(folder, 0o710);
}
