/** Descriptions of HTTP APIs (OpenAPI 3.0 and 3.1, Swagger 2.0) become declarations. */
@NullMarked
package dev.serai.openapi;

import org.jspecify.annotations.NullMarked;
