/** Declarations made from what a server says of itself: what an importer of a protocol gives, and the file it becomes. */
@NullMarked
package dev.serai.importing;

import org.jspecify.annotations.NullMarked;
