import { execFile } from 'node:child_process';
import { chown, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { SettingsError } from '../../config.js';

/** Ids of the system user that PostgreSQL runs as. */
export interface ServerUser {
  uid: number;
  gid: number;
}

const isRoot = () => process.getuid?.() === 0;

/**
 * Who PostgreSQL is to run as: ourselves (undefined), or, because it refuses to run as root, the owner of the cluster that is there
 * already, else `postgres`, else `nobody`. A bare uid would not do: initdb looks its own user up by name.
 * Throws {@link SettingsError} where neither is known.
 */
export async function findServerUser(cluster: string): Promise<ServerUser | undefined> {
  if (!isRoot()) return undefined;
  const { uid, gid } = await stat(cluster).catch(() => ({ uid: 0, gid: 0 }));
  if (uid !== 0) return { uid, gid };
  const user = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (user) return user;
  throw new SettingsError(
    'PostgreSQL refuses to run as root, and there is neither a user «postgres» nor «nobody» that it could run as.\n' +
      'Start the service as another user, or set DATABASE_URL.',
  );
}

/** `id` asks the name service too (LDAP, NIS), which a look into /etc/passwd would miss. */
async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => promisify(execFile)('id', [flag, name])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  } catch {
    return undefined;
  }
}

/**
 * Whether this user may enter the folder (or run the file) and all folders above it, by their mode bits. Node drops supplementary groups
 * when it spawns as another user, so the group id alone counts.
 */
export async function mayEnter(path: string, user: ServerUser): Promise<boolean> {
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Makes the server's user the owner of a file or folder that we have just made. */
export async function giveTo(user: ServerUser | undefined, path: string): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}
