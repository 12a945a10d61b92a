import { randomUUID } from 'node:crypto';
import { access } from '../../src/access/access.js';
import { buildApp } from '../../src/app.js';
import { readSettings } from '../../src/config.js';
import { createLog } from '../../src/log.js';
import { openDatabase } from '../../src/store/database.js';

/** The whole app with two trivial routes beside its own: /bench/logged, whose calls the hook pair records, and /bench/plain. */
const url = process.env.DATABASE_URL ?? '';
const settings = readSettings({ ...process.env, RATE_LIMIT: 'off', LOG_LEVEL: 'warn' });
const log = createLog('warn');
const database = openDatabase({ url, writers: settings.QUEUE_WRITERS, log });
const config = { ...settings, DATABASE_URL: url, JWT_SECRET: 'bench-secret-of-at-least-32-bytes' };
const app = await buildApp({ config, database, log, clock: Date.now, replica: randomUUID() });
for (const [path, own_call] of [
  ['/bench/logged', 'action'],
  ['/bench/plain', 'none'],
] as const) {
  app.get(
    path,
    {
      config: { access: access.public, own_call },
      schema: { operationId: path.replace('/bench/', 'bench'), tags: ['bench'] },
    },
    async () => ({ ok: true }),
  );
}
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.stdout.write('listening\n');
process.on('SIGTERM', async () => {
  await app.close();
  await database.close();
  process.exit(0);
});
