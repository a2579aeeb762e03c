// A server of the npm package ws: {id, method, params} in, {id, result} out; pushes carry the id too, or a subscription's name.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((request, response) => { response.writeHead(426); response.end(); });
const sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 });
let opened = 0;
let ended = 0;
let subscriptions = 0;

server.on('upgrade', (request, socket, head) => {
  if (request.url === '/secret' && request.headers.authorization !== 'Bearer good') {
    socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    opened++;
    client.on('close', (code) => { if (code === 1000) ended++; });
    client.on('message', (data) => {
      const { id, method, params = {} } = JSON.parse(data);
      const answer = (result) => client.send(JSON.stringify({ id, result }));
      switch (method) {
        case 'echo': return answer(params);
        case 'slow': return setTimeout(() => answer(params.ms), params.ms);
        case 'stats': return answer({ opened, ended, subscriptions });
        case 'push':
          for (let i = 1; i <= params.n; i++) client.send(JSON.stringify({ id, event: i }));
          return answer('done');
        case 'subscribe': {
          const name = `s-${id}`;
          let count = 0;
          subscriptions++;
          const timer = setInterval(() => client.send(JSON.stringify({ method: 'event', params: { name, value: ++count } })), 5);
          client.once(`end ${name}`, () => { clearInterval(timer); subscriptions--; });
          client.once('close', () => client.emit(`end ${name}`));
          return answer(name);
        }
        case 'unsubscribe': client.emit(`end ${params.name}`); return answer(true);
        case 'close': return client.close(1011, 'bye');
        case 'garbage': client.send(Buffer.from([1, 2, 255])); client.send('{'); return answer('fine');
        default: return client.send(JSON.stringify({ id, error: { code: -32601, message: 'no such method' } }));
      }
    });
  });
});
server.listen(0);
