/** What the person at the terminal has to mend: shown without a stack. */
export class UsageError extends Error {}

/** Runs a command; what it throws is explained in plain words, and the exit code is 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${await explain(error)}\n`);
    process.exitCode = 1;
  }
}

async function explain(error: unknown): Promise<string> {
  if (error instanceof UsageError) return error.message;
  // Loaded when it is needed: a command that asks no database starts in half the time without.
  const { explainError } = await import('./explain-error.js');
  return explainError(error);
}
