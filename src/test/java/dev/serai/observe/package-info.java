/** What operators see, asked for as they do. */
@NullMarked
package dev.serai.observe;

import org.jspecify.annotations.NullMarked;
