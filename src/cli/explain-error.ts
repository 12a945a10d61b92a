import { SettingsError } from '../config.js';
import { Problem } from '../http/problem.js';
import { isDatabaseUnavailable } from '../store/database-errors.js';

/** What went wrong with a command, in plain words where they are known. */
export function explainError(error: unknown): string {
  if (error instanceof Problem || error instanceof SettingsError) return error.message;
  if (isDatabaseUnavailable(error))
    return 'The database does not answer. The embedded one runs while the service does.';
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
