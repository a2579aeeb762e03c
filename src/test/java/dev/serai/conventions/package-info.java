/** Rules of the house, checked against sources and routes. */
@NullMarked
package dev.serai.conventions;

import org.jspecify.annotations.NullMarked;
