@NullMarked
package dev.serai.graphql;

import org.jspecify.annotations.NullMarked;
