/** How many calls are in progress at a time, and the queue of those that have to wait. */
@NullMarked
package dev.serai.admission;

import org.jspecify.annotations.NullMarked;
