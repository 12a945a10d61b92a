import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a database that a test can cut or freeze. */
export interface DatabaseProxy {
  /** The database's address by this way. */
  url: string;
  /** Ends all connections and refuses new ones, as a server that was stopped does. */
  cut(): Promise<void>;
  /** Takes connections and says nothing any more, as a server that hangs does. */
  freeze(): void;
  /** Lets through again: `cut` and `freeze` are over. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Stands before a PostgreSQL at `url`, on a port of its own. */
export async function openDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const address = new URL(url);
  const target = { host: address.hostname, port: Number(address.port) };
  const sockets = new Set<Socket>();
  let frozen = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (frozen) return;
    const upstream = connect(target);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const port = await listen(0);
  address.hostname = '127.0.0.1';
  address.port = String(port);
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    endAll();
    await closed;
  };
  return {
    url: address.href,
    cut,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.unpipe();
    },
    async restore() {
      if (frozen) endAll();
      frozen = false;
      if (!server.listening) await listen(port);
    },
    close: cut,
  };
}
