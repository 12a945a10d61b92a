/** What clients send that have no session: it would be one that all of them share. */
const NONE = new Set(['', '0', '-', 'null', 'undefined', 'none', 'nil', 'default', 'anonymous', 'session']);

/** Whether a session id names one session. */
export const namesSession = (session_id: string | null): session_id is string =>
  session_id !== null && !NONE.has(session_id.toLowerCase());
