import pg from 'pg';

/** Milliseconds between two. */
const EVERY = 20;

/**
 * The least that the way from one replica's commit to another's client can take: NOTIFY to LISTEN between two connections of this process, 50 a second, under
 * the same load. The answer, when it ends: ms each took, sorted.
 */
export async function bareHints(url: string): Promise<() => Promise<number[]>> {
  const [sender, receiver] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([sender.connect(), receiver.connect()]);
  const took: number[] = [];
  receiver.on('notification', ({ payload }) => took.push(performance.now() - Number(payload)));
  await receiver.query('LISTEN bare_hints');
  const timer = setInterval(() => {
    // The last may be under way when it ends.
    sender
      .query('SELECT pg_notify($1, $2)', ['bare_hints', String(performance.now())])
      .catch(() => undefined);
  }, EVERY);
  return async () => {
    clearInterval(timer);
    await sender.end();
    await receiver.end();
    return took.sort((a, b) => a - b);
  };
}
