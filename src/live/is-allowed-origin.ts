/**
 * Whether a page of this origin may open the live feed: none given (no browser), the service's own, or one of the list. A browser sends a
 * WebSocket's cookies and lets any page open one, so this is the only thing between a foreign page and an admin's session.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
