import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** Which folders of src each folder may import from, beside itself. What is not listed is a breach. */
const mayImport: Record<string, readonly string[]> = {
  contract: [],
  http: ['contract', 'access', 'store', 'generated'],
  store: ['generated', 'http'],
  access: ['contract', 'http', 'store', 'generated'],
  ingest: ['contract', 'http', 'store', 'access', 'generated'],
  analytics: ['contract', 'http', 'store', 'access', 'generated'],
  live: ['contract', 'http', 'store', 'access'],
  alerts: ['contract', 'http', 'store', 'access', 'analytics', 'generated'],
  system: ['contract', 'http', 'store', 'access', 'generated'],
  jobs: ['store', 'generated'],
  cli: ['contract', 'http', 'access', 'store', 'alerts', 'generated'],
};

/**
 * Edges that `http` may have upwards: its route declarations name who may call, and its probe asks the store. Types only, except the two
 * pure helpers named here.
 */
const httpMayUse = [
  'access/access.ts',
  'store/database-errors.ts',
  'store/pending-migrations.ts',
  'access/caller.ts',
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('generated'),
);
const imports = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, target = '']) => ({
    file,
    target: relative(SRC, join(SRC, dirname(file), target)).replace(/\.js$/, '.ts'),
  }));
});
const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : 'root');

describe('imports', () => {
  it('go down only', () => {
    const breaches = imports.filter(({ file, target }) => {
      const [from, to] = [folderOf(file), folderOf(target)];
      if (from === to || from === 'root' || target === 'config.ts') return false;
      return !mayImport[from]?.includes(to);
    });
    expect(breaches).toEqual([]);
  });

  it('of the shared http layer reach only what is pure or a probe', () => {
    const upwards = imports.filter(
      ({ file, target }) => folderOf(file) === 'http' && ['access', 'store'].includes(folderOf(target)),
    );
    expect(upwards.filter(({ target }) => !httpMayUse.includes(target))).toEqual([]);
  });

  it('know every folder', () => {
    expect(
      [...new Set(files.map(folderOf))].filter((folder) => folder !== 'root' && !(folder in mayImport)),
    ).toEqual([]);
  });

  it('read the environment in one place only', () => {
    const readers = files.filter((file) => readFileSync(join(SRC, file), 'utf8').includes('process.env'));
    // The others pass it on to a child process.
    expect(
      readers.filter(
        (file) =>
          !['config.ts', 'store/migrate.ts', 'store/embedded/run-binary.ts'].includes(file) &&
          !file.startsWith('cli/'),
      ),
    ).toEqual([]);
  });
});
