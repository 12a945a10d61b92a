// @ts-check

/** Prisma's own default of `connect_timeout`, in seconds. */
const CONNECT_TIMEOUT = 5;

/**
 * What a PostgreSQL URL points at, in words for messages; a URL without a database name means the user's, as in libpq.
 * @param {string} url
 */
export function targetOf(url) {
  const { hostname, port, pathname, username, searchParams } = new URL(url);
  const user = decodeURIComponent(username) || 'postgres';
  return {
    host: hostname || searchParams.get('host') || 'localhost',
    port: Number(port || searchParams.get('port') || 5432),
    database: decodeURIComponent(pathname.slice(1)) || user,
    user,
  };
}

/**
 * The same server and user, another database.
 * @param {string} url
 * @param {string} database
 */
export function withDatabase(url, database) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

/**
 * What the pg driver is given. One connection, kept open: the engine's advisory lock and its settings belong to a session, and a pool of
 * several, or one that closes idle connections (pg: after 10 s), would lose them half-way.
 * @param {string} url
 */
export function connectionOptions(url) {
  const { searchParams } = new URL(url);
  const schema = searchParams.get('schema');
  return {
    connectionString: url,
    application_name: 'prisma-schema-engine',
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 1_000 * Number(searchParams.get('connect_timeout') ?? CONNECT_TIMEOUT),
    // Prisma's `?schema=`, which the driver does not know.
    ...(schema && { options: `-c search_path=${quotedIdentifier(schema).replace(/[\\ ]/g, '\\$&')}` }),
  };
}

/** @param {string} name */
export const quotedIdentifier = (name) => `"${name.replaceAll('"', '""')}"`;
