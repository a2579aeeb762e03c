/** The pool of provider sessions: one open per key, renewal, age and closing. */
@NullMarked
package dev.serai.session;

import org.jspecify.annotations.NullMarked;
