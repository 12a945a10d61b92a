import type { FastifyInstance } from 'fastify';
import type { Config } from './config.js';

export interface Announcement {
  app: FastifyInstance;
  config: Config;
  embedded: boolean;
  firstAdmin:
    | { created: true; email: string; password?: string | undefined }
    | { created: false }
    | undefined;
}

/**
 * Tells a person at the terminal where the service is, and once, on stdout and never in the log, the password that was made up for the first
 * admin.
 */
export function announce({ app, config, embedded, firstAdmin }: Announcement): void {
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.PORT;
  const base = `http://${config.HOST === '0.0.0.0' || config.HOST === '::' ? 'localhost' : config.HOST}:${port}`;
  const lines = [
    `FoodieExpress Tracking is ready at ${base}`,
    `  API docs   ${base}/docs`,
    `  Database   ${embedded ? `embedded PostgreSQL under ${config.DATA_DIR}` : 'from DATABASE_URL'}`,
  ];
  if (firstAdmin?.created) {
    lines.push(`  Admin      ${firstAdmin.email}`);
    lines.push(
      firstAdmin.password === undefined
        ? '  Password   from ADMIN_PASSWORD'
        : `  Password   ${firstAdmin.password}   (shown this once; change it with POST /api/auth/password)`,
    );
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
