// A grpc-js server with reflection and health: a message, a stream of them, failures, a method that does not answer and one that tells how much time that had.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';

const proto = fileURLToPath(new URL('./grpc-echo.proto', import.meta.url));
writeFileSync(proto, `syntax = "proto3"; package lab.v1;
import "google/protobuf/timestamp.proto";
service Echo {
  rpc Say (Req) returns (Res); rpc Count (CountReq) returns (stream Res); rpc Fail (Req) returns (Res);
  rpc Slow (CountReq) returns (Res); rpc Left (Req) returns (CountReq);
}
message Req { string message = 1; int64 n = 2; map<string, string> tags = 3; Kind kind = 4; repeated double xs = 5;
  google.protobuf.Timestamp at = 6; enum Kind { A = 0; B = 1; } }
message Res { string message = 1; int64 n = 2; google.protobuf.Timestamp at = 3; }
message CountReq { int32 to = 1; }
`);
const definition = loadSync(proto, { keepCase: true, longs: String, enums: String, defaults: true });
const { lab } = grpc.loadPackageDefinition(definition);
let left = 0;

function allowed(call, callback) {
  const token = call.metadata.get('authorization')[0];
  if (token === 'Bearer the-token') {
    return true;
  }
  callback({ code: grpc.status.UNAUTHENTICATED, details: `not ${token}` });
  return false;
}

const server = new grpc.Server();
server.addService(lab.v1.Echo.service, {
  Say: (call, callback) => allowed(call, callback)
    && callback(null, { message: `Echo: ${call.request.message}`, n: call.request.n, at: call.request.at }),
  Fail: (call, callback) => callback({ code: Number(call.request.n), details: 'boom' }),
  Slow: (call) => { left = Number(call.getDeadline()) - Date.now(); },
  Left: (call, callback) => callback(null, { to: left }),
  Count: (call) => {
    for (let i = 1; i <= call.request.to; i++) {
      call.write({ message: `m${i}`, n: i });
    }
    call.end();
  },
});
new HealthImplementation({ '': 'SERVING' }).addToServer(server);
new ReflectionService(definition).addToServer(server);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (failure) => {
  if (failure) {
    throw failure;
  }
});
