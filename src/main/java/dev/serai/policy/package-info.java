/** What a declaration asks to be done about its calls, apart from making them: limits of their rate, circuit breaking. */
@NullMarked
package dev.serai.policy;

import org.jspecify.annotations.NullMarked;
