/** Queries and mutations of GraphQL servers as capabilities. */
@NullMarked
package dev.serai.graphql;

import org.jspecify.annotations.NullMarked;
