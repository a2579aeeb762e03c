/** Assembly: a Camel Main with Serai's beans, routes and declarations. */
@NullMarked
package dev.serai.gateway;

import org.jspecify.annotations.NullMarked;
