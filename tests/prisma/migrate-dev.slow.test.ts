import { appendFile, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../helpers/database.js';
import { projectRoot, runPrisma } from './prisma-command.js';

/** `migrate dev` writes migrations, so it runs in a copy of the project's prisma folder. */

let db: TestDatabase;
let folder: string;
beforeEach(async () => {
  db = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'foodieexpress-migrate-dev-'));
  for (const name of ['prisma', 'prisma.config.ts', 'package.json']) {
    await cp(join(projectRoot, name), join(folder, name), { recursive: true });
  }
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await db.drop();
});

const dev = (...args: string[]) => runPrisma(db.url, ['migrate', 'dev', ...args], folder);
const migrations = async () =>
  (await readdir(join(folder, 'prisma/migrations'))).filter((name) => /^\d+_/.test(name)).sort();

test('dev applies what there is to an empty database, and a change of the schema becomes the next migration', async () => {
  const before = await migrations();
  expect(await dev()).toMatchObject({ code: 0, output: expect.stringContaining('now in sync') });
  expect(await migrations()).toEqual(before);

  const schema = join(folder, 'prisma/schema.prisma');
  const text = await readFile(schema, 'utf8');
  await writeFile(schema, text.replace('model ApiKey {', 'model ApiKey {\n  note String?'));
  expect(await dev('--name', 'add_note')).toMatchObject({ code: 0 });
  const [added, ...more] = (await migrations()).slice(before.length);
  expect(more).toEqual([]);
  expect(added).toMatch(/_add_note$/);
  expect(await db.query(`SELECT note FROM api_keys`)).toEqual([]);
});

test('a script with a $$-quoted body and several statements is applied whole, and one that fails leaves nothing', async () => {
  const init = join(folder, 'prisma/migrations', (await migrations())[0] ?? '', 'migration.sql');
  await appendFile(
    init,
    `CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END; $$;\n`,
  );
  const good = await readFile(init, 'utf8');
  await appendFile(init, 'SELECT 1 / 0;\n');
  const failed = await runPrisma(db.url, ['migrate', 'deploy'], folder);
  expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('division by zero') });
  expect(await db.query(`SELECT to_regclass('action_logs') AS table`)).toEqual([{ table: null }]);

  await writeFile(init, good);
  const [name = ''] = await migrations();
  await runPrisma(db.url, ['migrate', 'resolve', '--rolled-back', name], folder);
  expect(await runPrisma(db.url, ['migrate', 'deploy'], folder)).toMatchObject({ code: 0 });
  expect(await db.query('SELECT two()')).toEqual([{ two: 2 }]);
});

test('an applied migration that was edited is named, and nothing is done', async () => {
  await runPrisma(db.url, ['migrate', 'deploy'], folder);
  const [name = ''] = await migrations();
  await appendFile(join(folder, 'prisma/migrations', name, 'migration.sql'), '-- edited\n');
  const result = await dev();
  expect(result.code).not.toBe(0);
  expect(result.output).toContain(`${name}\` was modified after it was applied`);
});
