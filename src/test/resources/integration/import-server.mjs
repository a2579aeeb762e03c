// MCP server on the v2 SDK with a thousand tools, without sessions; GET /change has it offer other ones from then on.
import { createServer } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { z } from 'zod';

let changed = false;

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'thousand', version: '1' });
  for (let i = changed ? 1 : 0; i < (changed ? 1001 : 1000); i++) {
    const description = `Says ${i}` + (changed && i === 2 ? ' otherwise' : '');
    const inputSchema = changed && i === 1 ? z.object({ word: z.string(), times: z.number().int() }) : z.object({ word: z.string() });
    server.registerTool(`tool_${i}`, { description, inputSchema, annotations: { readOnlyHint: true } }, async ({ word, times }) => ({
      content: [{ type: 'text', text: `${i}: ${word}` + (times === undefined ? '' : ` x${times}`) }],
    }));
  }
  return server;
});
const mcp = toNodeHandler(handler);
createServer((request, response) => {
  if (request.url === '/change') {
    changed = true;
    response.end();
  } else {
    mcp(request, response);
  }
}).listen(0);
