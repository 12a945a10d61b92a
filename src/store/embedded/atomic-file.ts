import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { giveTo, type ServerUser } from './server-user.js';

/** A name beside a file or folder, for what is not complete yet. */
export function draftName(path: string): string {
  return `${path}.new-${randomBytes(6).toString('hex')}`;
}

/** Reads a file, made of this text if it was not there; of several at once all read the same. Mode 0600. */
export async function keepFile(file: string, text: string): Promise<string> {
  const draft = draftName(file);
  await writeFile(draft, text, { mode: 0o600 });
  // A link fails where a rename would replace: the first decides, and the file is complete from the moment that it exists.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return readFile(file, 'utf8');
}

/** Replaces a file in one step. Mode 0600, owned by `owner` if given. */
export async function replaceFile(file: string, text: string, owner?: ServerUser): Promise<void> {
  const draft = draftName(file);
  await writeFile(draft, text, { mode: 0o600 });
  await giveTo(owner, draft);
  await rename(draft, file);
}
