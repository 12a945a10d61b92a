import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { draftName } from './atomic-file.js';
import type { ClusterHome } from './cluster-home.js';
import type { Binaries } from './prepare-binaries.js';
import { runBinary } from './run-binary.js';
import { INCLUDE_LINE } from './server-settings.js';
import { giveTo } from './server-user.js';

/** Name of the superuser and of the service's database. */
export const NAME = 'foodieexpress';

export interface NewCluster {
  home: ClusterHome;
  binaries: Binaries;
  password: string;
  /** False skips the sync of the new files (0.1 s), for clusters that need not outlive a crash. */
  sync: boolean;
}

/**
 * Makes the cluster if there is none: UTF-8, sorted by code point (the builtin C.UTF-8, which no update of the operating system can
 * change under an index), page checksums, passwords by SCRAM. It is made under another name and renamed, so a start that is
 * killed half way leaves nothing that looks like a cluster, and of two starts at once one wins.
 */
export async function createCluster({ home, binaries, password, sync }: NewCluster): Promise<void> {
  if (await stat(join(home.cluster, 'PG_VERSION')).catch(() => undefined)) return;
  const draft = draftName(home.cluster);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await giveTo(home.user, draft);
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    await giveTo(home.user, passwordFile);
    const options = [
      `--pgdata=${draft}`,
      `--username=${NAME}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      ...(sync ? [] : ['--no-sync']),
    ];
    await runBinary(binaries.initdb, options, home);
    await appendInclude(draft);
    await rename(draft, home.cluster).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** Not through a link: the folder belongs to the server's user, and we may be root. */
async function appendInclude(cluster: string): Promise<void> {
  const noFollow = constants.O_NOFOLLOW ?? 0;
  const file = await open(
    join(cluster, 'postgresql.conf'),
    constants.O_WRONLY | constants.O_APPEND | noFollow,
  );
  try {
    await file.appendFile(INCLUDE_LINE);
  } finally {
    await file.close();
  }
}
