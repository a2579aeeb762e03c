// MCP server on the v2 SDK: argument "stateless" serves 2026-07-28 and, without sessions, older clients; "reject" 2026-07-28 only.
import { createServer } from 'node:http';
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { z } from 'zod';

const text = said => ({ content: [{ type: 'text', text: said }] });
let aborted = 0;

const handler = createMcpHandler(
  () => {
    const server = new McpServer({ name: 'bridge-v2', version: '1' });
    server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, async ({ message }) => text('Echo: ' + message));
    server.registerTool('slow', { inputSchema: z.object({ duration: z.number(), steps: z.number() }) }, async ({ duration, steps }, ctx) => {
      for (let step = 1; step <= steps; step++) {
        await new Promise(resolve => setTimeout(resolve, (duration * 1000) / steps));
        if (ctx.mcpReq.signal.aborted) {
          aborted++;
          return text('aborted');
        }
        const progressToken = ctx.mcpReq._meta?.progressToken;
        if (progressToken !== undefined) {
          await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: step, total: steps } });
        }
      }
      return text('Long running operation completed.');
    });
    server.registerTool('ask', { inputSchema: z.object({}) }, async (_, ctx) => {
      const schema = z.object({ name: z.string() });
      const given = acceptedContent(ctx.mcpReq.inputResponses, 'who', schema);
      return given
        ? text('Hello, ' + given.name)
        : inputRequired({ inputRequests: { who: inputRequired.elicit({ message: 'Who are you?', requestedSchema: schema }) } });
    });
    server.registerTool('fail', { inputSchema: z.object({}) }, async () => ({ ...text('it went wrong'), isError: true }));
    server.registerTool('aborted', { inputSchema: z.object({}) }, async () => text(String(aborted)));
    return server;
  },
  { legacy: process.argv[2] },
);
createServer(toNodeHandler(handler)).listen(0);
