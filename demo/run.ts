import { OptionError } from './option-error.js';
import { type Options, readOptions } from './options.js';
import { playAgainst } from './play-against.js';
import { aboutPasswords, usage } from './usage.js';

const { stdout, stderr } = process;

/** Returns the exit code; the help says what each means. */
async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    return wrongOption(error as Error);
  }
  if (options.help) {
    stdout.write(usage);
    return 0;
  }
  if (options.apiKey === undefined && options.password === undefined) {
    stderr.write(`No admin password. ${aboutPasswords}`);
    return 2;
  }

  // Once: another Ctrl-C ends the process at once.
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error(signal)));
  }
  try {
    const { rejected } = await playAgainst(options, interrupted.signal);
    if (interrupted.signal.aborted) return 130;
    return rejected > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof OptionError) return wrongOption(error);
    if (interrupted.signal.aborted) return 130;
    stderr.write(`\nThe demo stopped: ${(error as Error).message}\n`);
    return 1;
  }
}

function wrongOption(error: Error): number {
  stderr.write(`${error.message}\n\nnpm run demo -- --help says what there is.\n`);
  return 2;
}

process.exitCode = await main();
