/** What messages need and requests do not: retries, no second run after a redelivery, and dead letters. */
@NullMarked
package dev.serai.delivery;

import org.jspecify.annotations.NullMarked;
