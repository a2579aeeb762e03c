/** Server-sent events as they are read, whoever sends them. */
@NullMarked
package dev.serai.sse;

import org.jspecify.annotations.NullMarked;
