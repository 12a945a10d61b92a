import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'prisma/config';
import { useStandInEngine } from './prisma/engine/use-stand-in-engine.js';

// The service's own settings file, so that a DATABASE_URL written there holds for the command line too. It never overrides the environment.
const root = import.meta.dirname;
const envFile = join(root, '.env');
if (existsSync(envFile)) process.loadEnvFile(envFile);

// Before the CLI looks for its engine: it reads this file first.
useStandInEngine(process.env);

/** DATABASE_URL, else the embedded PostgreSQL's own address, else nothing: `prisma generate` works on a machine without a database. */
function databaseUrl(): string | undefined {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const file = join(process.env.DATA_DIR || join(root, '.data'), 'database-url');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

const url = databaseUrl();
// Wanted only where the user may not create databases: `migrate dev` and `migrate diff --from-migrations` then empty this one and use it.
const shadowDatabaseUrl = process.env.SHADOW_DATABASE_URL || undefined;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { ...(url && { url }), ...(shadowDatabaseUrl && { shadowDatabaseUrl }) },
});
