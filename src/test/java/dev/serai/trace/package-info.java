/** Contexts as they come from outside. */
@NullMarked
package dev.serai.trace;

import org.jspecify.annotations.NullMarked;
