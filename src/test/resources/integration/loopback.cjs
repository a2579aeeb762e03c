// Preloaded into test servers: they listen on loopback, on a port of the system's choice that they announce, and end with their parent.
const net = require('node:net');
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...args) {
  const callback = typeof args.at(-1) === 'function' ? args.pop() : () => {};
  const asked = typeof args[0] === 'object' && args[0] !== null ? args[0] : {};
  const server = listen.call(this, { ...asked, host: '127.0.0.1', port: 0 }, callback);
  server.once('listening', () => console.log(`listening-on ${server.address().port}`));
  return server;
};

process.stdin.on('end', () => process.exit(0)).resume();
