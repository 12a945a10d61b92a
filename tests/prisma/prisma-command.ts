import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const CLI = join(createRequire(import.meta.url).resolve('prisma/package.json'), '../build/index.js');

export const projectRoot = join(import.meta.dirname, '../..');

/** The exit code and all that was printed. */
export interface Outcome {
  code: number | null;
  output: string;
}

/** Runs `prisma …` as people do, as a process in a project's folder, on a database. */
export async function runPrisma(url: string, args: string[], cwd = projectRoot): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...process.env, DATABASE_URL: url, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  return { code, output };
}
