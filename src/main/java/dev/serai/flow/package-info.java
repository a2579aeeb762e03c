/** The beans behind the routes of the flow: look-up, attempt, renewal and answer of a call. */
@NullMarked
package dev.serai.flow;

import org.jspecify.annotations.NullMarked;
