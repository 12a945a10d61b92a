import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

interface Link {
  /** Name of the file that is there, and of the link that the loader asks for; both in the same folder, relative to `native`. */
  source: string;
  target: string;
}

/**
 * The links between library versions (libicuuc.so.60 → libicuuc.so.60.2) that npm cannot carry in a package. A script of the package makes
 * them, which `--ignore-scripts` and newer npm leave out; without them no binary loads.
 */
export async function missingLibraryLinks(native: string): Promise<Link[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = (JSON.parse(list) as Link[]).map(({ source, target }) => ({
    source: source.replace(/^native\//, ''),
    target: target.replace(/^native\//, ''),
  }));
  const there = await Promise.all(
    links.map(({ target }) => lstat(join(native, target)).catch(() => undefined)),
  );
  return links.filter((_, index) => there[index] === undefined);
}

/** Makes the links. One that another process makes at the same time is as good as ours. */
export async function makeLibraryLinks(native: string, links: Link[]): Promise<void> {
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
