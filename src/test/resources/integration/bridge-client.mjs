// A client of one of the SDKs in front of the gateway: v1|v2 URL MODE UPSTREAM... Prints a JSON line for each upstream.
const [sdk, url, mode, ...upstreams] = process.argv.slice(2);
const first = sdk === 'v1';
const { Client } = await import(first ? '@modelcontextprotocol/sdk/client/index.js' : '@modelcontextprotocol/client');
const { StreamableHTTPClientTransport } = await import(
  first ? '@modelcontextprotocol/sdk/client/streamableHttp.js' : '@modelcontextprotocol/client'
);
const { ElicitRequestSchema } = first ? await import('@modelcontextprotocol/sdk/types.js') : { ElicitRequestSchema: 'elicitation/create' };

const negotiation = first ? {} : { versionNegotiation: { mode: mode === 'modern' ? { pin: '2026-07-28' } : mode } };
const client = new Client({ name: 'bridge', version: '1' }, { capabilities: { elicitation: { form: {} } }, ...negotiation });
client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { name: 'Ada' } }));
const transport = new StreamableHTTPClientTransport(new URL(url));
await client.connect(transport);

const call = (name, args = {}, options = {}) =>
  first ? client.callTool({ name, arguments: args }, undefined, options) : client.callTool({ name, arguments: args }, options);
const said = result => result.content.map(part => part.text ?? '').join(' ');

async function all() {
  const names = new Set();
  let cursor;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    page.tools.forEach(tool => names.add(tool.name));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}
const listed = await all();

const scenarios = {
  list: async up => ['echo', 'slow', 'ask', 'fail'].every(tool => listed.has(`${up}.${tool}`)),
  call: async up => said(await call(`${up}.echo`, { message: 'hi' })) === 'Echo: hi',
  progress: async up => {
    const steps = [];
    const result = await call(`${up}.slow`, { duration: 0.15, steps: 3 }, { onprogress: told => steps.push(told.progress) });
    return said(result).startsWith('Long running operation completed') && steps.join() === '1,2,3';
  },
  cancel: async up => {
    const abort = new AbortController();
    try {
      await call(`${up}.slow`, { duration: 20, steps: 400 }, { signal: abort.signal, onprogress: () => abort.abort('enough') });
      return false;
    } catch (e) {
      return abort.signal.aborted && said(await call(`${up}.echo`, { message: 'still' })) === 'Echo: still';
    }
  },
  elicitation: async up => {
    const result = await call(`${up}.ask`);
    return result.isError ? 'refused' : said(result).includes('Ada');
  },
  errors: async up => {
    const failed = await call(`${up}.fail`, { a: 'no number' });
    const unknown = await call(`${up}.nothing`).then(() => 0, e => e.code);
    return failed.isError === true && said(failed).length > 0 && unknown === -32602;
  },
};

await Promise.all(
  upstreams.map(async up => {
    const row = { upstream: up };
    for (const [name, scenario] of Object.entries(scenarios)) {
      row[name] = await scenario(up).catch(e => `${e.code ?? ''} ${e.message}`.slice(0, 200));
    }
    console.log(JSON.stringify(row));
  }),
);
await transport.terminateSession?.().catch(() => {});
await client.close();
