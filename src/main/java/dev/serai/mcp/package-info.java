/** Protocol helper of the MCP provider routes: JSON-RPC messages and event streams. */
@NullMarked
package dev.serai.mcp;

import org.jspecify.annotations.NullMarked;
