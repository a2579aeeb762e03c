/** Credentials that declarations name: read, renewed and attached to an upstream request. */
@NullMarked
package dev.serai.credential;

import org.jspecify.annotations.NullMarked;
