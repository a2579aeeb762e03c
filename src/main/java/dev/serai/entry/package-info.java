/** HTTP entry: what callers may send, what they get back, the catalogue and its OpenAPI. */
@NullMarked
package dev.serai.entry;

import org.jspecify.annotations.NullMarked;
