import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import { JobRunner } from '../../src/jobs/job-runner.js';

const quiet = { info: () => undefined, error: () => undefined };
let runner: JobRunner;
afterEach(() => runner.stop());

it('remembers of each job when it last succeeded, when it failed, and why', async () => {
  let now = 1_000;
  let works = true;
  runner = new JobRunner(quiet, new Registry(), () => now);
  const run = async () => {
    if (!works) throw new Error('\nInvalid call:\n\nno space left.');
    return {};
  };
  runner.start([
    { name: 'often', everyMs: 5, run },
    { name: 'rarely', everyMs: 60_000, run },
  ]);
  await sleep(30);
  const untouched = { job: 'rarely', every_ms: 60_000, last_success: null, last_failure: null, error: null };
  expect(runner.records).toEqual([
    { job: 'often', every_ms: 5, last_success: 1_000, last_failure: null, error: null },
    untouched,
  ]);
  works = false;
  now = 2_000;
  await sleep(30);
  expect(runner.records[0]).toMatchObject({
    last_success: 1_000,
    last_failure: 2_000,
    error: 'no space left',
  });
});
