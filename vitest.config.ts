import { defineConfig } from 'vitest/config';

/**
 * Three projects: `unit` (pure, no server), `service` (a database of its own for each file), and `slow`
 * (whole processes: npm start, kill -9, the Prisma CLI), which `.ci/run` adds to the quick two.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.service.test.ts', 'tests/**/*.slow.test.ts'],
        },
      },
      {
        test: {
          name: 'service',
          include: ['tests/**/*.service.test.ts'],
          globalSetup: ['tests/helpers/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['tests/**/*.slow.test.ts'],
          globalSetup: ['tests/helpers/global-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
