import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { pendingMigrations } from './pending-migrations.js';

/** The project's folder, seen from src/store and from dist/store alike. */
const ROOT = join(import.meta.dirname, '../..');

/**
 * Applies what is missing with the command that ops run, `prisma migrate deploy`. Whether anything is missing is asked first with a query:
 * 5 ms, where the command takes over a second to say that there is nothing to do.
 */
export async function migrate(
  url: string,
  log: { info(fields: object, message: string): void },
): Promise<void> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1 }) });
  try {
    const missing = await pendingMigrations(prisma);
    if (missing.length === 0) return;
    log.info({ migrations: missing }, 'migrating the embedded database');
  } finally {
    await prisma.$disconnect();
  }
  await deploy(url);
}

async function deploy(url: string): Promise<void> {
  const prismaFolder = dirname(createRequire(import.meta.url).resolve('prisma/package.json'));
  const child = spawn(process.execPath, [join(prismaFolder, 'build/index.js'), 'migrate', 'deploy'], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: url, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`«prisma migrate deploy» failed:\n${output}`);
}
