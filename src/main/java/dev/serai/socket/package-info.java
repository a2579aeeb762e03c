/** Connections for messages both ways (RFC 6455), each a session, for providers whose servers are reached by one. */
@NullMarked
package dev.serai.socket;

import org.jspecify.annotations.NullMarked;
