/** Serai, a capability gateway on Apache Camel. */
@NullMarked
package dev.serai;

import org.jspecify.annotations.NullMarked;
