/** One call of a capability: its arguments, deadline, outcome and errors. */
@NullMarked
package dev.serai.invocation;

import org.jspecify.annotations.NullMarked;
