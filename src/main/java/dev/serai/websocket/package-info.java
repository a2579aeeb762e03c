/** Servers that are spoken to over a WebSocket as capabilities: what declarations say of their messages. */
@NullMarked
package dev.serai.websocket;

import org.jspecify.annotations.NullMarked;
