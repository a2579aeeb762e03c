/** The embedded MCP server behind the sample capabilities, for the demo and for tests. */
@NullMarked
package dev.serai.sample;

import org.jspecify.annotations.NullMarked;
