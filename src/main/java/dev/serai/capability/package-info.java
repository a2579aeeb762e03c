/** Declarations: what a capability is, read as data and kept in an immutable catalogue. */
@NullMarked
package dev.serai.capability;

import org.jspecify.annotations.NullMarked;
