// @ts-check

/**
 * An error as the CLI shows it: a text for people and, where there is one, a code of
 * https://www.prisma.io/docs/orm/reference/error-reference, on which the CLI acts (P1003: it makes the database).
 */
export class UserFacingError extends Error {
  /**
   * @param {string | undefined} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }

  /**
   * The WebAssembly engine rejects with an Error that carries `code`; anything else keeps its message only.
   * @param {unknown} error
   */
  static from(error) {
    if (error instanceof UserFacingError) return error;
    const { code, message } = /** @type {{ code?: unknown, message?: string }} */ (Object(error));
    const known = typeof code === 'string' && /^P\d{4}$/.test(code) ? code : undefined;
    return new UserFacingError(known, message ?? String(error));
  }

  /**
   * The outcome of connecting, or of CREATE or DROP DATABASE, by SQLSTATE or system error. Never with the password.
   * @param {unknown} error
   * @param {{ host: string, port: number, database: string, user: string }} target
   */
  static fromConnection(error, { host, port, database, user }) {
    const { code = '', message = String(error) } = /** @type {{ code?: string, message?: string }} */ (
      Object(error)
    );
    const server = `${host}:${port}`;
    switch (code) {
      case '28P01':
        return new UserFacingError(
          'P1000',
          `The database server at ${server} does not accept the password of «${user}».`,
        );
      case '28000':
      case '42501':
        return new UserFacingError(
          'P1010',
          `«${user}» has no access to the database «${database}»: ${message}`,
        );
      case '3D000':
        return new UserFacingError('P1003', `The database «${database}» does not exist on ${server}.`);
      case '42P04':
      // Two CREATE DATABASE at once: the second meets the first one's row in pg_database.
      case '23505':
        return new UserFacingError('P1009', `The database «${database}» already exists on ${server}.`);
      case 'ECONNREFUSED':
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
      case 'EHOSTUNREACH':
      case 'ENETUNREACH':
      case 'ETIMEDOUT':
      case 'ENOENT':
      // Starting up, shutting down, too many clients: there, but not for us now.
      case '57P03':
      case '57P01':
      case '53300':
        return new UserFacingError(
          'P1001',
          `Can't reach a database server at ${server} (${message || code}). Is it running?`,
        );
      default:
        return new UserFacingError(undefined, message);
    }
  }
}
