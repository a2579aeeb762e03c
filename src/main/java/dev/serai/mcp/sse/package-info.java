/**
 * The transport of MCP 2024-11-05, HTTP with server-sent events: one stream on which all answers come, and an address
 * for messages that the stream names. A session is such a stream. Off unless a declaration asks for it.
 */
@NullMarked
package dev.serai.mcp.sse;

import org.jspecify.annotations.NullMarked;
