/**
 * MCP over stdio (revisions 2024-11-05 to 2026-07-28): processes that an operator lists, each behind what looks like a
 * Streamable HTTP server, so that pool and provider treat both alike. Knows of messages only their ids, the
 * {@code initialize} that a session begins with, and progress tokens.
 */
@NullMarked
package dev.serai.mcp.stdio;

import org.jspecify.annotations.NullMarked;
