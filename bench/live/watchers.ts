import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Subscription } from './subscriptions.js';

/** What one subscriber was sent. */
export interface Watcher {
  subscription: Subscription;
  socket: WebSocket;
  /** Ids of rows, in the order in which they came, and when each did (Unix ms). */
  ids: string[];
  times: number[];
  gaps: number;
}

/** Opens one connection a subscription, in turn at each replica. */
export async function watch(
  urls: readonly string[],
  token: string,
  subscriptions: readonly Subscription[],
): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  for (const [index, subscription] of subscriptions.entries()) {
    const url = `${urls[index % urls.length]?.replace('http', 'ws')}/ws/action-tracking`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    const watcher: Watcher = { subscription, socket, ids: [], times: [], gaps: 0 };
    const subscribed = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const text = data.toString('latin1');
        if (text.startsWith('{"type":"action"')) {
          // JSON.parse of 30,000 messages a second would be what is measured.
          const at = text.indexOf('"id":"') + 6;
          watcher.ids.push(text.slice(at, at + 36));
          watcher.times.push(performance.timeOrigin + performance.now());
        } else if (text.startsWith('{"type":"gap"')) watcher.gaps += 1;
        else if (text.includes('"subscribed"')) resolve();
      });
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', filter: subscription.filter }));
    await subscribed;
    watchers.push(watcher);
  }
  return watchers;
}

export const clear = (watchers: readonly Watcher[]): void => {
  for (const watcher of watchers) {
    watcher.ids = [];
    watcher.times = [];
    watcher.gaps = 0;
  }
};
