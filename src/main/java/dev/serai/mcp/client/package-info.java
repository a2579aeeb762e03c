/** A client of MCP servers for the command line: what they offer, and a client on stdio for the gateway's own server. */
@NullMarked
package dev.serai.mcp.client;

import org.jspecify.annotations.NullMarked;
