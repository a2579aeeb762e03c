// MCP server on the v1 SDK that keeps no sessions: every request has a server of its own.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

const text = said => ({ content: [{ type: 'text', text: said }] });

function newServer() {
  const server = new McpServer({ name: 'bridge-stateless', version: '1' });
  server.registerTool('echo', { inputSchema: { message: z.string() } }, async ({ message }) => text('Echo: ' + message));
  server.registerTool('slow', { inputSchema: { duration: z.number(), steps: z.number() } }, async ({ duration, steps }, extra) => {
    for (let step = 1; step <= steps; step++) {
      await new Promise(resolve => setTimeout(resolve, (duration * 1000) / steps));
      const progressToken = extra._meta?.progressToken;
      if (progressToken !== undefined) {
        await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress: step, total: steps } });
      }
    }
    return text('Long running operation completed.');
  });
  server.registerTool('ask', { inputSchema: {} }, async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const given = await server.server.elicitInput({ message: 'Who are you?', requestedSchema: schema });
    return text('Hello, ' + given.content?.name);
  });
  server.registerTool('fail', { inputSchema: {} }, async () => ({ ...text('it went wrong'), isError: true }));
  return server;
}

createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  const server = newServer();
  response.on('close', () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response);
}).listen(0);
