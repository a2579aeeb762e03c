/** Follows a call from its entry to its upstream in the terms of W3C Trace Context. */
@NullMarked
package dev.serai.trace;

import org.jspecify.annotations.NullMarked;
