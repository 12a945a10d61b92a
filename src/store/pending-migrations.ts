import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PrismaClient } from '../generated/prisma/client.js';

/** The migrations folder, seen from src/store and from dist/store alike. */
const FOLDER = join(import.meta.dirname, '../../prisma/migrations');

/** Names of the migrations that the folder has and the database has not finished; a database without the table has none. */
export async function pendingMigrations(prisma: PrismaClient): Promise<string[]> {
  const wanted = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'migration.sql')));
  const [table] = await prisma.$queryRaw<{ present: boolean }[]>`
    SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`;
  if (!table?.present) return wanted;
  const applied = await prisma.$queryRaw<{ migration_name: string }[]>`
    SELECT migration_name
    FROM _prisma_migrations
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  const names = new Set(applied.map((row) => row.migration_name));
  return wanted.filter((name) => !names.has(name)).sort();
}
