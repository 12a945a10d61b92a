/**
 * Whether a page of this origin may open the live feed: none given (no browser), the service's own, or one of the list. No CORS protects a
 * WebSocket: any page may open one, so the server has to look. `host` is the request's, with its port; the scheme is left out of the
 * comparison, since behind a proxy that ends TLS the service does not know it.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  if (!host || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // Read under the page's scheme, so that `example.com:443` and `https://example.com` are one.
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}
