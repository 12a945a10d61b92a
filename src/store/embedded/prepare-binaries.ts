import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { draftName } from './atomic-file.js';
import type { ClusterHome } from './cluster-home.js';
import { makeLibraryLinks, missingLibraryLinks } from './library-links.js';
import type { PlatformPackage } from './platform-package.js';
import { mayEnter } from './server-user.js';

export interface Binaries {
  initdb: string;
  pgCtl: string;
}

type Home = Pick<ClusterHome, 'folder' | 'user'>;
type Log = { info(fields: object, message: string): void };

/**
 * Makes the package's binaries usable and returns where they are: in place if the server's user may run them there and the library links
 * exist or can be made, else as a copy (60 MB, 0.2 s, once a version) beside the cluster. That folder is ours alone to write, so unlike a
 * name in /tmp the copy cannot be planted by somebody else, nor cleaned away under a running server.
 */
export async function prepareBinaries(source: PlatformPackage, home: Home, log: Log): Promise<Binaries> {
  if (await usableInPlace(source.native, home)) return binariesIn(source.native);
  const files = await listFiles(source.native);
  const manifest = files.map(({ path, size }) => `${path} ${size}`).join('\n');
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const copy = join(home.folder, `postgres-binaries-${source.version}-${hash}`);
  if (!(await stat(copy).catch(() => undefined))) {
    await copyBinaries(source.native, files, copy);
    log.info(
      { from: source.native, to: copy },
      'PostgreSQL cannot run from the package folder: copied its binaries',
    );
  }
  return binariesIn(copy);
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), pgCtl: join(native, 'bin', 'pg_ctl') };
}

async function usableInPlace(native: string, { user }: Home): Promise<boolean> {
  const program = join(native, 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres');
  if (user !== undefined && !(await mayEnter(program, user))) return false;
  const links = await missingLibraryLinks(native);
  try {
    await makeLibraryLinks(native, links);
    return true;
  } catch {
    return false;
  }
}

/** All files with their size in bytes, sorted; npm gives every file the same time, so that tells nothing. */
async function listFiles(native: string): Promise<{ path: string; size: number }[]> {
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sized = files.map(async (entry) => {
    const file = join(entry.parentPath, entry.name);
    return { path: relative(native, file), size: (await stat(file)).size };
  });
  return (await Promise.all(sized)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Copies into a folder of another name first: what has the final name is complete. */
async function copyBinaries(native: string, files: { path: string }[], copy: string): Promise<void> {
  const draft = draftName(copy);
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    await mkdir(join(draft, folder), { recursive: true });
  }
  // 0755 whatever the umask was at install: a package unpacked under 077 is unreadable to the server's user.
  for (const { path } of files) {
    await copyFile(join(native, path), join(draft, path));
    await chmod(join(draft, path), 0o755);
  }
  const folders = await readdir(draft, { recursive: true, withFileTypes: true });
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    await chmod(join(folder.parentPath, folder.name), 0o755);
  }
  await chmod(draft, 0o755);
  await makeLibraryLinks(draft, await missingLibraryLinks(draft));
  try {
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true });
    // Another process has just finished the same copy.
    if (!(await stat(copy).catch(() => undefined))) throw error;
  }
}
