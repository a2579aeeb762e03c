/** The gateway as an MCP server: clients of the session era and of 2026-07-28 on the same path. */
@NullMarked
package dev.serai.mcp.server;

import org.jspecify.annotations.NullMarked;
