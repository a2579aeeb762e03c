/** The event loops that HTTP runs on, when they send, and how a call leaves them before it blocks. */
@NullMarked
package dev.serai.loop;

import org.jspecify.annotations.NullMarked;
