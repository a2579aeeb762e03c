// Keeps the servers of the suite, which would listen everywhere, on this machine.
const net = require('net');
const listen = net.Server.prototype._listen2;
net.Server.prototype._listen2 = function (address, port, type, ...rest) {
  const everywhere = port >= 0 && (address == null || address === '::' || address === '0.0.0.0');
  return everywhere ? listen.call(this, '127.0.0.1', port, 4, ...rest) : listen.call(this, address, port, type, ...rest);
};
