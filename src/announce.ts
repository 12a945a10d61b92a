import type { FastifyInstance } from 'fastify';
import type { FirstAdmin } from './access/ensure-first-admin.js';
import type { Config } from './config.js';

export interface Announcement {
  app: FastifyInstance;
  config: Config;
  embedded: boolean;
}

/** Tells a person at the terminal where the service is. */
export function announce({ app, config, embedded }: Announcement): void {
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.PORT;
  const base = `http://${config.HOST === '0.0.0.0' || config.HOST === '::' ? 'localhost' : config.HOST}:${port}`;
  say([
    `FoodieExpress Tracking is ready at ${base}`,
    `  API docs   ${base}/docs`,
    `  Database   ${embedded ? `embedded PostgreSQL under ${config.DATA_DIR}` : 'from DATABASE_URL'}`,
  ]);
}

/** Tells the first admin's email and, once, on stdout and never in the log, the password that was made up. */
export function announceAdmin(admin: FirstAdmin): void {
  if (!admin.created) return;
  const { email, password } = admin;
  say([
    `The first admin was made:`,
    `  Email      ${email}`,
    password === undefined
      ? '  Password   from ADMIN_PASSWORD'
      : `  Password   ${password}   (shown this once; change it with POST /api/auth/password)`,
  ]);
}

const say = (lines: readonly string[]): boolean => process.stdout.write(`\n${lines.join('\n')}\n`);
