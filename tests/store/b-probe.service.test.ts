import { expect, it } from 'vitest';
import { createDatabase, createEmptyDatabase } from '../helpers/database.js';

it('probe', async () => {
  let t = performance.now();
  const all = await Promise.all(Array.from({ length: 8 }, () => createDatabase()));
  console.log('8 parallel', performance.now() - t);
  t = performance.now();
  const db = await createDatabase();
  console.log('1', performance.now() - t);
  console.log(
    await db.query('select tablename from pg_tables where schemaname = $1', ['public']),
    await db.connections(),
  );
  const e = await createEmptyDatabase();
  expect(await e.query('select tablename from pg_tables where schemaname = $1', ['public'])).toEqual([]);
  for (const d of [...all, db, e]) await d.drop();
});
