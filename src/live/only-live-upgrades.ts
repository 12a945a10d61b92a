import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Node hands every request with an `Upgrade` header to whoever listens for upgrades, without its body, and forgets its timeouts. One WebSocket
 * route would so break all others for clients that offer an upgrade nobody asked for: Java's HttpClient sends `Upgrade: h2c` with each first
 * request in clear text, and its POST would arrive without a body. RFC 9110, section 7.8: a server may ignore the offer.
 *
 * Returns a server that never listens and only emits the upgrades to a WebSocket at `path`; every other request goes back
 * to `server` as it came, without the offer.
 */
export function onlyLiveUpgrades(server: Server, path: string): Server {
  const upgrades = createServer();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isLiveUpgrade(request, path)) {
      upgrades.emit('upgrade', request, socket, head);
      return;
    }
    socket.unshift(Buffer.concat([headWithoutOffer(request), head]));
    server.emit('connection', socket);
  });
  return upgrades;
}

function isLiveUpgrade({ method, url = '', headers }: IncomingMessage, path: string): boolean {
  const asked = url.split('?', 1)[0]?.replace(/\/$/, '');
  return method === 'GET' && asked === path && headers.upgrade?.toLowerCase() === 'websocket';
}

/** The request's head as it was read; without `Upgrade`, what `Connection` says of it means nothing. Headers are Latin-1 to Node. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
