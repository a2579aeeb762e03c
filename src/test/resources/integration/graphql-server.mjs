// A graphql-yoga server with logins, persisted queries and partial errors; sessions are counted by a query of their own.
import { createServer } from 'node:http';
import { useAPQ } from '@graphql-yoga/plugin-apq';
import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';

const tokens = new Set();
let logins = 0;

function session(context) {
  const token = (context.request.headers.get('authorization') ?? '').replace('Bearer ', '');
  if (!tokens.has(token)) {
    throw new GraphQLError('log in first', { extensions: { code: 'UNAUTHENTICATED' } });
  }
  return token;
}

const schema = createSchema({
  typeDefs: `
    type Query { hello(name: String!): String!  me: String!  logins: Int!  list: [Item]  boom: String }
    type Item { name: String!  price: Int }
    type Mutation { login(name: String!, password: String!): Login!  logout: Boolean!  forget: Boolean!  add(item: ItemInput!): Item! }
    type Login { token: String!  expires: Int! }
    input ItemInput { name: String!  price: Int }
  `,
  resolvers: {
    Query: {
      hello: (_, { name }) => `Hello ${name}`,
      me: (_, args, context) => session(context),
      logins: () => logins,
      list: () => [{ name: 'a', price: 1 }, { name: 'b', price: 2 }],
      boom: () => { throw new GraphQLError('boom', { extensions: { code: 'BOOM' } }); },
    },
    Item: {
      price: (item) => {
        if (item.name === 'b') throw new GraphQLError('no price');
        return item.price;
      },
    },
    Mutation: {
      login: (_, { name, password }) => {
        if (name !== 'ada' || password !== 'secret') throw new GraphQLError('who are you?');
        const token = `t-${++logins}`;
        tokens.add(token);
        return { token, expires: 3600 };
      },
      logout: (_, args, context) => tokens.delete(session(context)),
      forget: () => { tokens.clear(); return true; },
      add: (_, { item }) => item,
    },
  },
});

createServer(createYoga({ schema, plugins: [useAPQ()], logging: false, maskedErrors: false })).listen(0);
