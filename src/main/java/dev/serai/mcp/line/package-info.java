/** Messages on one line both ways, made to look like MCP's Streamable HTTP: what servers that are not spoken to by it share. */
@org.jspecify.annotations.NullMarked
package dev.serai.mcp.line;
