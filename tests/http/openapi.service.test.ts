import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

let test: TestApp;
beforeAll(async () => {
  test = await buildTestApp();
});
afterAll(() => test.close());

/** Redocly's command, told to stay at home. */
const redocly = join(
  dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')),
  'bin/cli.js',
);
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' };

async function lint(document: string): Promise<{ totals: { errors: number }; problems: object[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  try {
    await writeFile(join(folder, 'openapi.json'), document);
    const args = [redocly, 'lint', 'openapi.json', '--extends=spec', '--format=json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env }).catch(
      (error: { stdout: string }) => error,
    );
    return JSON.parse(stdout.slice(stdout.indexOf('{')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Operation {
  operationId?: string;
  tags?: string[];
}

describe('the OpenAPI document', () => {
  it('is valid by an independent validator, without an error', async () => {
    const { body } = await test.app.inject({ url: '/docs/json' });
    const { problems } = await lint(body);
    expect(problems).toEqual([]);
    // The validator does find what is wrong.
    expect((await lint(body.replace('"operationId"', '"operationIdentity"'))).totals.errors).toBeGreaterThan(
      0,
    );
    expect(JSON.parse(body).openapi).toMatch(/^3\.1\./);
  });

  it('has every route, each with an operationId of its own, a tag and its examples', async () => {
    const document = (await test.app.inject({ url: '/docs/json' })).json();
    const paths = document.paths as Record<string, Record<string, Operation>>;
    const ours = test.app.routeList.filter(
      ({ method, url }) => method !== 'HEAD' && method !== 'OPTIONS' && !url.startsWith('/docs'),
    );
    const missing = ours.filter(({ method, url }) => {
      const path = url.replace(/\/$/, '').replace(/:(\w+)/g, '{$1}');
      return (
        paths[path]?.[method.toLowerCase()] === undefined &&
        paths[`${path}/`]?.[method.toLowerCase()] === undefined
      );
    });
    expect(missing).toEqual([]);
    expect(ours.length).toBeGreaterThan(20);
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const ids = operations.map((operation) => operation.operationId);
    expect(ids.filter((id) => !id)).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter((operation) => operation.tags?.length !== 1)).toEqual([]);
    expect(JSON.stringify(paths['/api/log-action'])).toContain('placeOrder');
  });

  it('has a page', async () => {
    const page = await test.app.inject({ url: '/docs/' });
    expect([page.statusCode, page.headers['content-type']]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  });
});
