/** The life of an invocation from its arrival to its end, and who is told of it. */
@NullMarked
package dev.serai.lifecycle;

import org.jspecify.annotations.NullMarked;
