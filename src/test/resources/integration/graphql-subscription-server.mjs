// Subscriptions of graphql-yoga (server-sent events) and of graphql-ws (graphql-transport-ws) on one schema.
import { createServer } from 'node:http';
import { execute, GraphQLError, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';

let running = 0;
const schema = createSchema({
  typeDefs: 'type Query { running: Int! hello(name: String!): String! } type Subscription { count(to: Int): Int! half: Int }',
  resolvers: {
    Query: { running: () => running, hello: (_, { name }) => `Hello ${name}` },
    Subscription: {
      count: {
        subscribe: async function* (_, { to }) {
          running++;
          try {
            for (let i = 1; to == null || i <= to; i++) {
              await new Promise((done) => setTimeout(done, 5));
              yield { count: i };
            }
          } finally {
            running--;
          }
        },
      },
      half: {
        subscribe: async function* () { yield { half: 1 }; yield { half: 2 }; },
        resolve: ({ half }) => { if (half === 2) throw new GraphQLError('half'); return half; },
      },
    },
  },
});

const server = createServer(createYoga({ schema, logging: false, maskedErrors: false }));
useServer(
  { schema, execute, subscribe, onConnect: ({ connectionParams }) => connectionParams?.token !== 'bad' },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(0);
