import pg from 'pg';
import { type Running, startServer } from '../../tests/helpers/processes.js';
import { dataSetFacts } from './data-set-facts.js';
import { HttpClient } from './http-client.js';
import { type MeasuredDisk, measureDisk } from './measure-disk.js';
import { measureExport } from './measure-export.js';
import { measureQuestion } from './measure-question.js';
import { type BenchDatabase, openBenchDatabase } from './open-bench-database.js';
import { questionsOf } from './questions.js';
import { diskTable, exportTable, questionTable, type SizeResult } from './write-report.js';

const usage = `npm run bench:analytics [-- --rows 1000000,10000000 --runs 30 --orders 1000000 --keep DIR --only TEXT,TEXT]

Loads realistic actions (skewed users and services, 90 days, 5 % failures, log-normal times with a slow tail) with their service metrics and the
events of orders, then asks the compiled service (npm run build) each question over HTTP, past its cache of answers, beside the SQL that answers
the same from the raw tables.

  --rows    actions, one or more sizes; the first and the last are compared (default 1000000,10000000)
  --orders  orders at 10,000,000 actions, and proportionally fewer at other sizes (default 1000000)
  --runs    asks of each question after 100 to warm up (default 30: its p99 is then the slowest)
  --keep    folder in which the databases stay; the next run takes those that were loaded with the same parameters, and adds the actions
            since then. 10 million take some 15 GB
  --only    questions whose name contains one of these; «export» and «disk» are names too
  --no-raw  without the raw tables' SQL, which takes most of the time
  --help    this text`;

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
};
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const sizes = option('rows', '1000000,10000000').split(',').map(Number);
const ordersAt10M = Number(option('orders', '1000000'));
const runs = Number(option('runs', '30'));
const keep = option('keep', '') || undefined;
const only = option('only', '').split(',');

const progress = (text: string) =>
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
const withRaw = !process.argv.includes('--no-raw');
const wanted = (name: string) => only.some((text) => name.includes(text));
const ADMIN = { email: 'admin@bench.local', password: 'correct horse battery staple' };

/** Every question of one data set, with nothing else going on. */
async function measureSize(rows: number): Promise<{ result: SizeResult; disk: MeasuredDisk | undefined }> {
  const set = {
    rows,
    orders: Math.round((ordersAt10M * rows) / 1e7),
    heavyRows: rows / 100,
    seed: 20_261_125,
  };
  progress(`${rows.toLocaleString('en')} actions`);
  const database = await openBenchDatabase(set, keep, progress);
  const client = new pg.Client({ connectionString: database.url });
  let service: Running | undefined;
  try {
    await client.connect();
    service = await startService(database);
    const http = new HttpClient(service.url);
    await http.signIn(ADMIN.email, ADMIN.password);
    const facts = await dataSetFacts(client, database.from, database.to);
    const result: SizeResult = { rows, questions: [], export: undefined };
    let signedIn = performance.now();
    for (const question of questionsOf(facts, database.from, database.to).filter(({ name }) =>
      wanted(name),
    )) {
      // The access token lasts 15 minutes, and raw questions take their time.
      if (performance.now() - signedIn > 300_000) {
        await http.signIn(ADMIN.email, ADMIN.password);
        signedIn = performance.now();
      }
      const measured = await measureQuestion(question, {
        http,
        client,
        servicePid: service.pid,
        cluster: database.cluster,
        runs,
        withRaw,
      });
      const { status, cold, median, p99, cpu, raw } = measured;
      const figures = `cold ${cold.toFixed(1)}, median ${median.toFixed(1)}, p99 ${p99.toFixed(1)}, CPU ${cpu.service.toFixed(1)} + ${cpu.postgres.toFixed(1)}, raw ${raw?.toFixed(1) ?? '—'} ms`;
      progress(`${question.name}: ${status === 200 ? figures : `answered ${status}`}`);
      if (status !== 200 && status !== 404)
        progress(service.output().trim().split('\n').slice(-2).join('\n'));
      result.questions.push(measured);
    }
    if (wanted('export')) {
      await http.signIn(ADMIN.email, ADMIN.password);
      result.export = await measureExport(facts, database.to, http, client, service);
      progress(`export: ${JSON.stringify(result.export)}`);
      if (result.export.status !== 200) progress(lastLines(service));
    }
    http.close();
    const disk = wanted('disk') ? await measureDisk(client) : undefined;
    return { result, disk };
  } finally {
    await service?.stop();
    await client.end();
    await database.close();
  }
}

const lastLines = (service: Running) => service.output().trim().split('\n').slice(-2).join('\n');

const startService = ({ url }: BenchDatabase): Promise<Running> =>
  startServer({
    args: ['dist/server.js'],
    env: {
      DATABASE_URL: url,
      JWT_SECRET: 'bench-secret-of-at-least-32-bytes',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
    },
    ready: 'is ready at',
  });

const results: SizeResult[] = [];
let disk: MeasuredDisk | undefined;
for (const rows of sizes) {
  const measured = await measureSize(rows);
  results.push(measured.result);
  disk = measured.disk;
}
if (results.some(({ questions }) => questions.length > 0)) console.log(`\n${questionTable(results)}`);
if (results.some((result) => result.export)) console.log(`\n${exportTable(results)}`);
if (disk) console.log(`\n${diskTable(disk)}`);
