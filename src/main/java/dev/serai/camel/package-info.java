/** What the provider that calls the operator's own routes needs between its steps. */
@NullMarked
package dev.serai.camel;

import org.jspecify.annotations.NullMarked;
