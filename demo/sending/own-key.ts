import { aboutPasswords } from '../usage.js';
import { type Api, Refusal } from './api.js';

/** What the items are sent with. */
export interface Credential {
  key: string;
  /** Unix ms. */
  serverTime: number;
  /** Leaves nothing behind that lets anybody in. */
  end(api: Api): Promise<void>;
}

export interface AdminLogin {
  email: string;
  password: string;
  /** How long the key is needed. */
  seconds: number;
}

interface Session {
  access_token: string;
  refresh_token: string;
}

/** Should this process be killed, its key does not outlive it by more than an hour. */
const SPARE = 3_600_000;

/** Signs in as admin and makes an API key for this run. */
export async function makeOwnKey(api: Api, { email, password, seconds }: AdminLogin): Promise<Credential> {
  const login = await api.send('POST', '/api/auth/login', {}, { email, password }).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.status === 401)) throw error;
    throw new Error(`the address ${email} or its password is wrong.\n${aboutPasswords}`);
  });
  const session = login.body as Session;
  const made = await api.send('POST', '/api/api-keys', bearer(session), {
    name: 'demo',
    scopes: ['ingest'],
    expires_at: new Date(login.serverTime + seconds * 1_000 + SPARE).toISOString(),
  });
  const { id, key } = made.body as { id: string; key: string };
  return {
    key,
    serverTime: login.serverTime,
    end: async (closing) => {
      // The access token is good for 15 minutes: after a long run it is over.
      const { refresh_token } = session;
      const renewed = await closing.send('POST', '/api/auth/refresh', {}, { refresh_token });
      const fresh = renewed.body as Session;
      await closing.send('DELETE', `/api/api-keys/${id}`, bearer(fresh));
      await closing.send('POST', '/api/auth/logout', {}, { refresh_token: fresh.refresh_token });
    },
  };
}

/** A key that somebody else made, and will keep. */
export async function givenKey(api: Api, key: string): Promise<Credential> {
  const { serverTime } = await api.send('GET', '/health/live', {});
  return { key, serverTime, end: () => Promise.resolve() };
}

const bearer = ({ access_token }: Session) => ({ authorization: `Bearer ${access_token}` });
