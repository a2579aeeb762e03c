/** The HTTP step that providers share: one tuned client, allow-listed headers, deadlines. */
@NullMarked
package dev.serai.http;

import org.jspecify.annotations.NullMarked;
