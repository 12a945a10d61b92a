import { WebSocket } from 'ws';

export interface Message {
  type: string;
  cursor: string;
  data: Record<string, unknown>;
}

/** A client of the live feed, as a test needs it. */
export interface LiveSocket {
  socket: WebSocket;
  /** All that came, in order. */
  messages: Message[];
  /** Resolves with the first message, past or future, that fits. Rejects when the connection closes before. */
  find(fits: (message: Message) => boolean): Promise<Message>;
  send(message: unknown): void;
  closed: Promise<{ code: number; reason: string }>;
}

/** What the server answered instead of upgrading. */
export class Refused extends Error {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;

  constructor(status: number, headers: Record<string, string | string[] | undefined>) {
    super(`refused with ${status}`);
    this.status = status;
    this.headers = headers;
  }
}

/** Opens a WebSocket. Rejects with {@link Refused} when the server does not upgrade. */
export async function openLive(url: string, headers: Record<string, string> = {}): Promise<LiveSocket> {
  const socket = new WebSocket(url, { headers });
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as Message);
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('unexpected-response', (_request, response) => {
      reject(new Refused(response.statusCode ?? 0, response.headers));
      response.resume();
      socket.terminate();
    });
    socket.on('error', reject);
  });
  const find = (fits: (message: Message) => boolean) =>
    new Promise<Message>((resolve, reject) => {
      const look = () => {
        const message = messages.find(fits);
        if (!message) return;
        waiting.delete(look);
        resolve(message);
      };
      waiting.add(look);
      void closed.then(({ code }) => reject(new Error(`closed with ${code} before the message came`)));
      look();
    });
  return { socket, messages, find, closed, send: (message) => socket.send(JSON.stringify(message)) };
}
